import type { MonitorEvent } from '../../model/event.ts';
import type { FactsPage, HistoryPosition } from './RunHistory.ts';

/**
 * Cuts the facts of a run into pages. Facts of one span stay together, and the position counts spans, not events: spans stand in order of
 * arrival and merging changes how many facts one has. What is declared comes first, approvals and scores last.
 */
export function pageOfFacts(
  facts: readonly MonitorEvent[],
  after: HistoryPosition | undefined,
  limit: number,
  at: number,
): FactsPage {
  const skipped = after?.[0] ?? 0;
  const items: MonitorEvent[] = [];
  let group = 0;
  let last: string | undefined;
  for (const fact of facts) {
    const name = groupOf(fact);
    if (name !== last) {
      if (last !== undefined) group += 1;
      last = name;
      if (group > skipped && items.length >= limit) return { items, at, next: [group] };
    }
    if (group >= skipped) items.push(fact);
  }
  return { items, at };
}

/** All that is declared is one group: it grows at any time, and must not shift what follows. */
const groupOf = ({ type, span, ref, id }: MonitorEvent): string =>
  type.startsWith('run.') ? 'run' : type.startsWith('span.') ? `span ${span}` : `${type.split('.')[0]} ${ref ?? id}`;
