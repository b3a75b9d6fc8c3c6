import { createHash } from 'node:crypto';
import type { MonitorEvent } from 'spanlight/store';
import { createFold } from '../../../src/fold/index.ts';
import type { EntityReader } from '../../../src/fold/types.ts';
import { projectEvent, type ViewClass } from '../../../src/relay/projection/projectEvent.ts';
import { createStandIns } from '../../../src/relay/projection/standIns.ts';
import { LABEL_KEY } from './tokens.ts';

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
