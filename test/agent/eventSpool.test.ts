import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSpanlightProcessor, type SpanlightProcessorOptions } from 'spanlight/agent';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSink, takeAll } from './support.ts';

const patience = { timeout: 10_000 };
vi.setConfig({ testTimeout: 20_000 });

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spanlight-spool-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The pid of a process that is gone. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}
/** As if the process that wrote the files were gone. */
async function orphan(): Promise<void> {
  const pid = await deadPid();
  for (const name of await readdir(dir))
    await rename(join(dir, name), join(dir, name.replace(/^spool-\d+/, `spool-${pid}`)));
}
const span = (index: number) => ({
  type: 'trace.span',
  spanId: `span_${index.toString(16).padStart(24, '0')}`,
  traceId: `trace_${'b'.repeat(32)}`,
  startedAt: '2026-11-21T00:00:00.000Z',
  endedAt: '2026-11-21T00:00:01.000Z',
  spanData: { type: 'function', name: 'search', input: `question ${index}`, output: 'answer' },
});
const start = (url: string, options: Partial<SpanlightProcessorOptions> = {}) =>
  createSpanlightProcessor({
    url,
    spoolDir: dir,
    flushEveryMs: 10,
    exitFlushMs: 100,
    flushOnExit: false,
    onTrouble: () => undefined,
    ...options,
  });
const away = 'http://127.0.0.1:9';
const lines = async () => {
  const names = await readdir(dir).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
};

describe('a spool', () => {
  it('keeps on disk what waits while the relay is away, readable by its owner only', async () => {
    const processor = start(away);
    for (let index = 0; index < 5; index += 1) await processor.onSpanEnd(span(index));
    await expect.poll(async () => (await lines()).filter((line) => line.includes('span.end')).length, patience).toBe(5);
    await processor.onSpanEnd(span(5));
    await expect.poll(async () => (await lines()).filter((line) => line.includes('span.end')).length, patience).toBe(6);
    const [name = ''] = await readdir(dir);
    expect((await stat(join(dir, name))).mode & 0o077).toBe(0);
    await processor.shutdown(50);
  });

  it('is left to the next process, which sends all of it with the same ids and clears it away', async () => {
    const first = start(away);
    for (let index = 0; index < 5; index += 1) await first.onSpanEnd(span(index));
    await first.shutdown(50);
    const left = (await lines()).map((line) => (JSON.parse(line) as { id: string }).id);
    expect(left.length).toBeGreaterThanOrEqual(6); // five ends, the run's beginning, the greeting
    await orphan();
    const sink = await startSink(takeAll);
    const second = start(sink.url);
    await second.onSpanEnd(span(9));
    await expect.poll(() => left.every((id) => sink.events.some((event) => event.id === id)), patience).toBe(true);
    const kept = sink.events.find((event) => event.detail && JSON.stringify(event.detail).includes('question 3'));
    expect(kept?.type).toBe('span.end');
    await expect.poll(() => readdir(dir), patience).toEqual([]);
    await second.shutdown();
    await sink.close();
  });

  it('goes away as soon as the relay is back', async () => {
    let isAway = true;
    const sink = await startSink((events, count) => (isAway ? { status: 503 } : takeAll(events, count)));
    const processor = start(sink.url);
    await processor.onSpanEnd(span(1));
    await expect.poll(async () => (await lines()).length, patience).toBeGreaterThan(0);
    isAway = false;
    await expect.poll(() => readdir(dir), patience).toEqual([]);
    expect(sink.events.map(({ type }) => type)).toContain('span.end');
    await processor.shutdown();
    await sink.close();
  });

  it('leaves alone what belongs to a process that lives, and lines that were cut', async () => {
    const pid = await deadPid();
    const event = { id: 'e-1', type: 'span.end', sv: 1, ts: 1, run: 'r', span: 's', a: {} };
    await writeFile(
      join(dir, `spool-${process.ppid}-00000000.jsonl`),
      `${JSON.stringify({ ...event, id: 'alive' })}\n`,
    );
    await writeFile(join(dir, `spool-${pid}-00000001.jsonl`), `${JSON.stringify(event)}\n{"id":"cut","ty`);
    const sink = await startSink(takeAll);
    const processor = start(sink.url);
    await processor.onSpanEnd(span(1));
    await expect.poll(() => sink.events.some(({ id }) => id === 'e-1'), patience).toBe(true);
    await processor.shutdown();
    expect(sink.events.some(({ id }) => id === 'alive' || id === 'cut')).toBe(false);
    expect(await readdir(dir)).toEqual([`spool-${process.ppid}-00000000.jsonl`]);
    await sink.close();
  });

  it('that cannot be written tells so once and disturbs nothing', async () => {
    const file = join(dir, 'a-file');
    await writeFile(file, '');
    const troubles: string[] = [];
    const processor = start(away, { spoolDir: join(file, 'below'), onTrouble: ({ code }) => troubles.push(code) });
    await processor.onSpanEnd(span(1));
    await expect.poll(() => troubles.filter((code) => code.startsWith('spool.')), patience).toEqual(['spool.ENOTDIR']);
    await processor.onSpanEnd(span(2));
    await processor.shutdown(50);
    expect(processor.stats.queuedEvents).toBeGreaterThan(2);
  });
});

describe('a relay that lets class B go', () => {
  it('is counted as dropped, and the beat says so', async () => {
    const sink = await startSink((events) => ({
      status: 200,
      body: {
        events: events.map(({ id, type }) =>
          type === 'span.end' ? { id, st: 'bad', code: 'ingest.shed' } : { id, st: 'ok' },
        ),
      },
    }));
    const troubles: string[] = [];
    const processor = start(sink.url, {
      spoolDir: undefined,
      beatEveryMs: 50,
      onTrouble: ({ code }) => troubles.push(code),
    });
    await processor.onSpanEnd(span(1));
    await expect
      .poll(
        () =>
          sink.events.some(
            ({ type, a }) => type === 'producer.beat' && (a as { droppedEvents?: number }).droppedEvents === 1,
          ),
        patience,
      )
      .toBe(true);
    expect(processor.stats).toMatchObject({ droppedEvents: 1, refusedEvents: 0 });
    expect(troubles).toEqual([]);
    await processor.shutdown();
    await sink.close();
  });
});
