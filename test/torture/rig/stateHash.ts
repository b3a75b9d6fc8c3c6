import { createHash } from 'node:crypto';
import type { MonitorEvent } from 'spanlight/store';
import { createFold } from '../../../src/fold/index.ts';
import type { EntityReader } from '../../../src/fold/types.ts';
import { projectEvent, type ViewClass } from '../../../src/relay/projection/projectEvent.ts';
import { createStandIns } from '../../../src/relay/projection/standIns.ts';
import { LABEL_KEY } from './tokens.ts';

/** What is no fact of the log: how often an object changed, when this reader heard of it, what this reader held before. */
const own = new Set(['revision', 'lastEventAtMs', 'isBeforeRestart', 'source']);

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).filter((name) => !own.has(name) && fields[name] !== undefined);
  return Object.fromEntries(names.sort().map((name) => [name, canonical(fields[name])]));
};

export interface HeldRun {
  readonly run: unknown;
  readonly spans: readonly unknown[];
  readonly approvals: readonly unknown[];
}

/** Everything that is held of each run, in an order of its own. @param isWanted - which runs */
export function readHeld(reader: EntityReader, isWanted: (runId: string) => boolean = () => true): Map<string, string> {
  const held = new Map<string, string>();
  for (const runId of [...reader.runIds].filter(isWanted).sort()) {
    const spans = [...reader.spansOf(runId)].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
    const approvals = [...reader.approvalsOf(runId)].sort((a, b) => (a.callId < b.callId ? -1 : 1));
    held.set(runId, JSON.stringify(canonical({ run: reader.getRun(runId), spans, approvals })));
  }
  return held;
}

export const hashOf = (held: ReadonlyMap<string, string>): string => {
  const hash = createHash('sha256');
  for (const runId of [...held.keys()].sort()) hash.update(runId).update(held.get(runId) ?? '');
  return hash.digest('hex');
};

/** The first difference of two states, in words. */
export function differenceOf(expected: ReadonlyMap<string, string>, held: ReadonlyMap<string, string>): string {
  for (const [runId, text] of expected) {
    const other = held.get(runId);
    if (other === undefined) return `${runId} is missing`;
    if (other === text) continue;
    let at = 0;
    while (text[at] === other[at]) at += 1;
    return `${runId} differs: expected …${text.slice(Math.max(0, at - 60), at + 100)}… held …${other.slice(Math.max(0, at - 60), at + 100)}…`;
  }
  for (const runId of held.keys()) if (!expected.has(runId)) return `${runId} is invented`;
  return 'none';
}

/** The oracle: the fold of the log, projected for a kind of reader. */
export function foldOfLog(events: Iterable<MonitorEvent>, view: ViewClass, project = 'default'): EntityReader {
  const standIns = createStandIns(LABEL_KEY, project);
  const fold = createFold();
  for (const event of events) {
    const shown = projectEvent(event, view, standIns);
    if (shown) fold.apply(shown);
  }
  fold.settle();
  return fold.reader;
}
