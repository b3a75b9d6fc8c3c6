import { asRunId, type HistoryRunRow, type HistorySource, MonitorError, type MonitorEvent } from 'spanlight/store';
import { createFold } from '../../../src/fold/createFold.ts';

export interface FakeHistory extends HistorySource {
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Answers wait until {@link release}. */
  isHeld: boolean;
  release(): Promise<void>;
  /** Code of the error that answers have. */
  fault: string | undefined;
  /** Questions that were given up. */
  aborted: number;
}

/** A history over events, with pages of a size. Newest start first. */
export function createFakeHistory(events: () => readonly MonitorEvent[], pageSize = 2): FakeHistory {
  let waiting: (() => void)[] = [];
  const readerOf = () => {
    const fold = createFold();
    for (const event of events()) fold.apply(event);
    fold.settle();
    return fold.reader;
  };
  /** A cursor says how many older ones there are: what comes meanwhile moves nothing. */
  const pageOf = <Item>(newestFirst: readonly Item[], cursor: string | undefined) => {
    const rest = newestFirst.slice(newestFirst.length - Number(cursor ?? newestFirst.length));
    const next = rest.length > pageSize ? String(rest.length - pageSize) : undefined;
    return { items: rest.slice(0, pageSize), next };
  };
  const rowsOf = (): HistoryRunRow[] => {
    const reader = readerOf();
    return reader.runIds
      .map((runId) => reader.getRun(runId))
      .filter((run) => run !== undefined)
      .map((run) => ({ run, atMs: run.startedAtMs ?? 0, durationMs: 0, toolNames: [], modelNames: [] }))
      .sort((left, right) => right.atMs - left.atMs || (left.run.runId < right.run.runId ? 1 : -1));
  };
  const gate = async (path: string, signal: AbortSignal | undefined) => {
    history.asked.push(path);
    signal?.addEventListener('abort', () => {
      history.aborted += 1;
    });
    if (history.isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
    if (history.fault) throw new MonitorError(history.fault, { happened: 'x', follows: 'x', todo: 'x' });
  };
  const history: FakeHistory = {
    asked: [],
    isHeld: false,
    fault: undefined,
    aborted: 0,
    async release() {
      history.isHeld = false;
      for (const go of waiting.splice(0)) go();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async loadRuns({ statuses }, { cursor, signal } = {}) {
      await gate(`runs ${cursor ?? ''}`.trim(), signal);
      const rows = rowsOf().filter(({ run }) => statuses === undefined || statuses.includes(run.status));
      const [atMs, id] = cursor === undefined ? [] : (JSON.parse(cursor) as [number, string]);
      const rest =
        atMs === undefined
          ? rows
          : rows.filter((row) => row.atMs < atMs || (row.atMs === atMs && row.run.runId < (id ?? '')));
      const runs = rest.slice(0, pageSize);
      const last = runs.at(-1);
      const next = last && rest.length > pageSize ? JSON.stringify([last.atMs, last.run.runId]) : undefined;
      return { runs, next, epoch: 'a', head: 1 };
    },
    async loadRunFacts(runId, { signal } = {}) {
      await gate(`run ${runId}`, signal);
      const row = rowsOf().find(({ run }) => run.runId === runId);
      if (!row) throw new MonitorError('history.not-found', { happened: 'x', follows: 'x', todo: 'x' });
      return { ...row, facts: events().filter(({ run }) => run === asRunId(runId)), epoch: 'a', at: 1 };
    },
    async loadLogs({ ids }, { signal, cursor } = {}) {
      await gate(ids ? `texts ${ids.join()}` : `logs ${cursor ?? ''}`.trim(), signal);
      const all = events().filter(({ type }) => type === 'log');
      const found = all.filter(({ id }) => ids === undefined || ids.includes(id)).toReversed();
      const from = Number(cursor ?? 0);
      const page = ids ? found : found.slice(from, from + pageSize);
      const next = !ids && from + pageSize < found.length ? String(from + pageSize) : undefined;
      return {
        lines: page.map(({ detail, ...event }) => ({ event: event as MonitorEvent, message: detail?.message })),
        next,
        epoch: 'a',
        head: 1,
      };
    },
    async loadApprovals(_query, { cursor, signal } = {}) {
      await gate(`approvals ${cursor ?? ''}`.trim(), signal);
      const { runIds, approvalsOf } = readerOf();
      const { items, next } = pageOf(
        runIds.flatMap((runId) => approvalsOf(runId)).sort((a, b) => (b.requestedAtMs ?? 0) - (a.requestedAtMs ?? 0)),
        cursor,
      );
      return { approvals: items, next, epoch: 'a', head: 1 };
    },
    async loadScores(_query, { cursor, signal } = {}) {
      await gate(`scores ${cursor ?? ''}`.trim(), signal);
      const { runIds, scoresOf } = readerOf();
      const { items, next } = pageOf(
        runIds.flatMap((runId) => scoresOf(runId)).sort((a, b) => b.atMs - a.atMs),
        cursor,
      );
      return { scores: items, next, epoch: 'a', head: 1 };
    },
    async loadAlerts(_query, { cursor, signal } = {}) {
      await gate(`alerts ${cursor ?? ''}`.trim(), signal);
      const { items, next } = pageOf(
        [...readerOf().alerts.values()].sort((a, b) => (b.firedAtMs ?? 0) - (a.firedAtMs ?? 0)),
        cursor,
      );
      return { alerts: items, next, epoch: 'a', head: 1 };
    },
    async loadErrors(_query, { signal } = {}) {
      await gate('errors', signal);
      return { groups: [], groupCount: 0, errorCount: 0 };
    },
    async loadMetrics(_query, { signal } = {}) {
      await gate('metrics', signal);
      return { series: [], seriesCount: 0 };
    },
  };
  return history;
}
