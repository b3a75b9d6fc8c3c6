import { readFileSync } from 'node:fs';
import { detectFormat, parseText } from 'spanlight/adapters';
import type { Relay, RelayLogLine } from 'spanlight/relay';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFold } from '../../src/fold/createFold.ts';
import type { Role } from '../../src/model/capabilities.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { codeOf, get, post, send, spanEvent, startRelay } from './support.ts';

const capture = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/openai-agents-python/${name}.ingest.json`, import.meta.url), 'utf8'),
  ) as readonly { readonly body: unknown }[];

function foldOf(text: string) {
  const parsed = parseText(text);
  if (!('value' in parsed)) throw new Error('no JSON');
  const found = detectFormat(parsed.value);
  if (found.kind !== 'trace') throw new Error('no trace');
  const fold = createFold();
  const { events, issues } = found.adapter.read(parsed.value);
  for (const event of events) fold.apply(event);
  fold.settle();
  return { reader: fold.reader, issues, events };
}

let relay: Relay;
const names = ['01-support-handoff', '02-parallel-tools-and-tool-error', '08-model-failure-run-failed'];
beforeEach(async () => {
  relay = await startRelay();
  for (const name of names) {
    for (const { body } of capture(name)) await post(relay, '/v1/traces/ingest', JSON.stringify(body));
  }
});
const ask = async (role: Role, query: string) => {
  const response = await get(relay, `/v1/export${query}`, role);
  return { response, text: response.ok ? await response.text() : '' };
};

describe('an export', () => {
  it.each(['spanlight', 'otlp'])('as %s reads back as what the relay says of its runs', async (format) => {
    const { response, text } = await ask('developer', `?format=${format}&content=true`);
    expect(response.headers.get('content-disposition')).toContain(`spanlight-${format}`);
    const { reader, issues } = foldOf(text);
    expect(issues).toEqual([]);
    const { runs } = (await (await get(relay, '/v1/runs', 'developer')).json()) as {
      runs: { run: { runId: string; status: string; spanCount: number; totals: { inputTokens: number } } }[];
    };
    expect(runs).toHaveLength(names.length);
    expect(new Set(reader.runIds)).toEqual(new Set(runs.map(({ run }) => run.runId)));
    for (const { run } of runs) {
      const { status, spanCount, totals } = reader.getRun(run.runId as never) ?? {};
      expect({ status, spanCount, tokens: totals?.inputTokens }).toEqual({
        status: run.status,
        spanCount: run.spanCount,
        tokens: run.totals.inputTokens,
      });
    }
    expect(text).toContain('kb-114'); // a result of a tool
  });

  it('is of the runs that are asked for', async () => {
    const failed = foldOf((await ask('viewer', '?status=failed')).text).reader;
    expect(failed.runIds.map((runId) => failed.getRun(runId)?.status)).toEqual(['failed']);
    const two = foldOf((await ask('viewer', '?limit=2')).text).reader;
    expect(two.runIds).toHaveLength(2);
    const [first = ''] = two.runIds;
    expect(foldOf((await ask('viewer', `?run=${first}`)).text).reader.runIds).toEqual([first]);
    const rows = (await ask('viewer', '?format=spans')).text.trimEnd().split('\r\n');
    expect(rows[0]).toMatch(/^run_id,run_name/);
    const all = foldOf((await ask('viewer', '')).text).reader;
    expect(rows).toHaveLength(1 + all.spanCount);
  });

  it('has no content without being asked for it, and none at all for who may not read it', async () => {
    for (const query of ['', '?format=otlp', '?format=spans', '?format=costs']) {
      for (const role of ['viewer', 'developer'] as const) {
        const { response, text } = await ask(role, query);
        expect(response.status).toBe(200);
        for (const word of ['kb-114', 'charged', 'INV-'])
          expect([query, role, text.includes(word)]).toEqual([query, role, false]);
      }
    }
    const { response } = await ask('viewer', '?content=true');
    expect([response.status, await codeOf(response)]).toEqual([403, 'auth.forbidden']);
    const events: readonly MonitorEvent[] = foldOf((await ask('viewer', '')).text).events;
    expect(events.some(({ detail }) => detail !== undefined)).toBe(false);
  });

  it('that fails on its way is cut off, without the words of the fault in the file or in standard error', async () => {
    const log = createMemoryRunLog({
      events: 100,
      eventBytes: 1e6,
      detailBytes: 1e6,
      bounds: { runs: 10, spans: 100, endedForMs: 1e9 },
      now: Date.now,
    });
    const facts = async () => Promise.reject(Object.assign(new Error('row (secret-word)'), { code: 'XX001' }));
    const history = { ...log.history, facts };
    const lines: RelayLogLine[] = [];
    const broken = await startRelay({ runLog: { ...log, history }, log: (line) => lines.push(line) });
    await send(broken, [spanEvent()]);
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    let text = '';
    const reading = (async () => {
      const response = await get(broken, '/v1/export', 'developer');
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk);
    })();
    await expect(reading).rejects.toThrow(/terminated|fetch failed/);
    expect(text).not.toContain('secret-word');
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
    expect(lines).toContainEqual(expect.objectContaining({ event: 'export.failed', cause: 'XX001' }));
    expect(JSON.stringify(lines)).not.toContain('secret-word');
  });

  it('says what is wrong with a question', async () => {
    for (const [query, code] of [
      ['?format=xls', 'query.bad-parameter'],
      ['?formats=otlp', 'query.unknown-parameter'],
      ['?limit=0', 'query.bad-parameter'],
      ['?content=yes', 'query.bad-parameter'],
    ] as const) {
      const { response } = await ask('developer', query);
      expect([query, response.status, await codeOf(response)]).toEqual([query, 400, code]);
    }
  });
});
