import { simulateRun } from 'spanlight/simulator';
import {
  createMonitorStore,
  type ErrorGroup,
  type HistoryRunRow,
  type HistorySource,
  MonitorError,
  type MonitorEvent,
} from 'spanlight/store';

export interface StoryHistoryOptions {
  /** Runs that ended before now. */
  readonly runs?: number | undefined;
  /** Every question ends like this, e.g. `history.unreachable`. */
  readonly fault?: string | undefined;
  /** No answer ever comes. */
  readonly isSilent?: boolean | undefined;
  readonly groups?: readonly ErrorGroup[] | undefined;
  /** Log lines before now. */
  readonly lines?: number | undefined;
  /** Who reads may not read content. */
  readonly isRedacted?: boolean | undefined;
  /** Epoch ms. */
  readonly nowMs: number;
}

const scenarios = ['quick-answer', 'support-handoff'] as const;
const HOUR_MS = 3_600_000;

/** A history for stories: what `createRelayClient` gives, made here. */
export function createStoryHistory(options: StoryHistoryOptions): HistorySource {
  const { runs = 0, lines = 0, groups = [], nowMs } = options;
  let rows: readonly HistoryRunRow[] | undefined;
  const eventsByRun = new Map<string, readonly MonitorEvent[]>();

  const answer = async <T>(make: () => T): Promise<T> => {
    if (options.isSilent) await new Promise(() => undefined);
    if (options.fault) throw new MonitorError(options.fault, { happened: 'x', follows: 'x', todo: 'x' });
    return make();
  };
  const rowsNow = () => {
    rows ??= Array.from({ length: runs }, (_, index) => rowOf(index)).filter((row) => row !== undefined);
    return rows;
  };
  const rowOf = (index: number): HistoryRunRow | undefined => {
    const scenario = scenarios[index % 2] ?? 'quick-answer';
    const events = simulateRun({ scenario, seed: 100 + index, content: 'refs' });
    const store = createMonitorStore();
    store.ingest(events);
    store.flush();
    const { entities, runIds } = store.getState();
    const run = runIds[0] === undefined ? undefined : entities.getRun(runIds[0]);
    store.destroy();
    if (!run?.startedAtMs) return undefined;
    const shiftMs = nowMs - (index + 1) * HOUR_MS - run.startedAtMs;
    eventsByRun.set(run.runId, events);
    const startedAtMs = run.startedAtMs + shiftMs;
    const endedAtMs = run.endedAtMs === undefined ? undefined : run.endedAtMs + shiftMs;
    return {
      run: { ...run, startedAtMs, endedAtMs },
      atMs: startedAtMs,
      durationMs: 0,
      toolNames: [],
      modelNames: [],
    };
  };
  const lineAt = (index: number) => {
    const level = (['info', 'info', 'debug', 'warn', 'info', 'error'] as const)[index % 6] ?? 'info';
    const message = `step ${index}: ${['read 12 documents', 'cache \u001b[32mhit\u001b[0m', 'answer sent', 'retry in 2 s'][index % 4]}`;
    const event = {
      id: `line-${index}`,
      type: 'log',
      sv: 1,
      ts: nowMs - index * 1300,
      a: { level, sourceName: index % 3 === 0 ? 'billing' : 'worker' },
      refs: { message: { kind: 'text', sizeBytes: message.length } },
    } as MonitorEvent;
    return options.isRedacted ? { event } : { event, message };
  };

  return {
    loadRuns: ({ text, agents }, { cursor } = {}) =>
      answer(() => {
        const words = text?.toLowerCase();
        const wanted = rowsNow().filter(
          ({ run }) =>
            (words === undefined || `${run.name} ${run.runId}`.toLowerCase().includes(words)) &&
            (agents === undefined || run.agentNames.some((name) => agents.includes(name))),
        );
        const from = Number(cursor ?? 0);
        const next = from + 10 < wanted.length ? String(from + 10) : undefined;
        return { runs: wanted.slice(from, from + 10), next, epoch: 'story', head: 1 };
      }),
    loadRunFacts: (runId) =>
      answer(() => {
        const row = rowsNow().find(({ run }) => run.runId === runId);
        if (!row) throw new MonitorError('history.not-found', { happened: 'x', follows: 'x', todo: 'x' });
        return { ...row, facts: eventsByRun.get(runId) ?? [], epoch: 'story', at: 1 };
      }),
    loadLogs: (_query, { cursor } = {}) =>
      answer(() => {
        const from = Number(cursor ?? 0);
        const count = Math.max(0, Math.min(100, lines - from));
        const next = from + count < lines ? String(from + count) : undefined;
        return { lines: Array.from({ length: count }, (_, at) => lineAt(from + at)), next, epoch: 'story', head: 1 };
      }),
    loadApprovals: () => answer(() => ({ approvals: [], epoch: 'story', head: 1 })),
    loadScores: () => answer(() => ({ scores: [], epoch: 'story', head: 1 })),
    loadAlerts: () => answer(() => ({ alerts: [], epoch: 'story', head: 1 })),
    loadErrors: ({ order }) =>
      answer(() => ({
        groups: order === 'count' ? groups.toSorted((a, b) => b.count - a.count) : groups,
        groupCount: groups.length,
        errorCount: groups.reduce((sum, { count }) => sum + count, 0),
      })),
    loadMetrics: () => answer(() => ({ series: [], seriesCount: 0 })),
  };
}
