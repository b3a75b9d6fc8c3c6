import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId, asSpanId } from '../../src/model/ids.ts';
import type { Lens } from '../../src/relay/projection/createLens.ts';
import { projectEvent } from '../../src/relay/projection/projectEvent.ts';
import { createStandIns } from '../../src/relay/projection/standIns.ts';
import { createRowBook } from '../../src/relay/wire/rowBook.ts';
import { createRowFilter } from '../../src/relay/wire/rowFilter.ts';
import { createRowFrames } from '../../src/relay/wire/rowFrames.ts';

const standIns = createStandIns('k'.repeat(32), 'default');
/** A viewer's, without a scope. */
const lens = {
  key: 'viewer',
  view: 'shape',
  standIns,
  isScoped: false,
  show: (event: MonitorEvent) => projectEvent(event, 'shape', standIns),
} as unknown as Lens;

const START_MS = 1_790_000_000_000;
const AGENTS = 300;
const EVENTS_PER_SEC = 2000;

/** Every agent has a run in which model calls begin and end, all the time. */
function* busyAgents(seconds: number): Iterable<MonitorEvent> {
  for (let at = 0; at < seconds * EVENTS_PER_SEC; at += 1) {
    const agent = at % AGENTS;
    const call = Math.floor(at / AGENTS / 2);
    const isEnd = Math.floor(at / AGENTS) % 2 === 1;
    const ts = START_MS + (at * 1000) / EVENTS_PER_SEC;
    const run = asRunId(`trace_a${agent.toString(16).padStart(31, '0')}`);
    const span = asSpanId(`span_b${(agent * 1000 + call).toString(16).padStart(23, '0')}`);
    const names = { kind: 'llm', name: 'answer', agentName: `Agent ${agent}`, model: 'gpt-5.4' } as const;
    const usage = { scope: 'leaf', inputTokens: 900, outputTokens: 80 } as const;
    const id = `01900000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`;
    const common = { id, sv: 1, seq: at + 1, ts, rts: ts, run, span };
    yield isEnd
      ? { ...common, type: 'span.end', a: { ...names, endedAtMs: ts, status: 'ok', usage } }
      : { ...common, type: 'span.start', a: { ...names, startedAtMs: ts, status: 'running' } };
  }
}

describe('rows of 300 busy agents at 2,000 events a second', () => {
  it('are bounded by the pace of publishing, a small part of the whole stream, and every agent has its turn', async () => {
    const seconds = 8;
    let nowMs = START_MS;
    const noFacts = async function* () {};
    const book = createRowBook({
      readFacts: async () => noFacts(),
      lens,
      now: () => nowMs,
      head: () => 0,
      onFault: (cause) => {
        throw cause;
      },
    });
    await book.open();
    const frames = createRowFrames(book);
    const filter = createRowFilter([{ sub: 'runs' }, { sub: 'metrics' }], lens);
    let order = 0;
    let rowBytes = 0;
    let streamBytes = 0;
    let mostInATurn = 0;
    const seen = new Map<string, number>();
    const publish = () => {
      book.publish();
      let inTurn = 0;
      while (order < book.order) {
        const piece = frames.next(filter, order, 0);
        order = piece.order;
        const text = Buffer.concat([...(piece.frame?.json ?? [])]).toString();
        inTurn += text.length;
        for (const { run } of text === '' ? [] : (JSON.parse(text) as { runs: { run: { runId: string } }[] }).runs) {
          seen.set(run.runId, (seen.get(run.runId) ?? 0) + 1);
        }
      }
      rowBytes += inTurn;
      if (nowMs > START_MS + 1000) mostInATurn = Math.max(mostInATurn, inTurn); // all are new in the first
    };
    let nextTurnMs = START_MS + 500;
    for (const event of busyAgents(seconds)) {
      nowMs = event.ts;
      book.take(event);
      streamBytes += JSON.stringify(lens.show(event)).length;
      if (nowMs < nextTurnMs) continue;
      nextTurnMs += 500;
      publish();
    }
    expect(mostInATurn).toBeLessThan(36 * 1024);
    expect(rowBytes / streamBytes).toBeLessThan(0.2);
    expect(seen.size).toBe(AGENTS);
    expect(Math.min(...seen.values())).toBeGreaterThan(1);
    expect(Math.max(...seen.values())).toBeLessThanOrEqual(seconds * 2);
  });
});
