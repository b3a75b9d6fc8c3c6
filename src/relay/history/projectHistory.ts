import { createFold } from '../../fold/createFold.ts';
import type { Alert } from '../../model/alert.ts';
import type { Approval } from '../../model/approval.ts';
import type {
  ErrorsAnswer,
  HistoryLogRow,
  HistoryRunRow,
  MetricDimension,
  MetricsAnswer,
} from '../../model/history.ts';
import type { RunId, SpanId } from '../../model/ids.ts';
import type { Score } from '../../model/score.ts';
import type { Lens } from '../projection/createLens.ts';
import { projectRun } from '../projection/projectRun.ts';
import type { Redactor } from '../projection/redaction/createRedactor.ts';
import type { EntityKind, ErrorGroups, HistoryEntity, HistoryLog, HistoryRun, Metrics } from './RunHistory.ts';
import { type NameReader, showName } from './seenNames.ts';

/** Who sees names, and events as its lens shows them. */
interface EventReader extends NameReader {
  readonly showEvent: Lens['showOwn'];
}

/*
 * The way out of the history: every answer is built anew from here, through the one projection.
 */

export function showRun({ view, standIns }: NameReader, held: HistoryRun): HistoryRunRow {
  return {
    run: projectRun(held.run, view, standIns),
    atMs: held.atMs,
    durationMs: held.durationMs,
    toolNames: held.toolNames.map((name) => showName(view, standIns, 'tool', name)),
    modelNames: held.modelNames.map((name) => showName(view, standIns, 'model', name)),
  };
}

/** @returns `undefined`: the reader sees nothing of it */
export function showLog(
  { view, showEvent }: EventReader,
  { event, message }: HistoryLog,
  redactor: Redactor,
): HistoryLogRow | undefined {
  const shown = showEvent(event);
  if (!shown) return undefined;
  return view === 'names' && message !== undefined
    ? { event: shown, message: redactor.redactPart('message', message) }
    : { event: shown };
}

interface ShownEntities {
  readonly approval: Approval;
  readonly score: Score;
  readonly alert: Alert;
}

/** What a reader sees of an approval, a score or an alert: what its facts make, as they come out of the one projection of events. */
export function showEntity<Kind extends EntityKind>(
  { showEvent }: EventReader,
  kind: Kind,
  { facts }: HistoryEntity,
): ShownEntities[Kind] | undefined {
  const fold = createFold();
  for (const fact of facts) {
    const shown = showEvent(fact);
    if (shown) fold.apply(shown);
  }
  fold.settle();
  const { reader } = fold;
  const [runId] = reader.runIds;
  const shown: { readonly [Each in EntityKind]: () => ShownEntities[Each] | undefined } = {
    approval: () => runId && reader.approvalsOf(runId)[0],
    score: () => runId && reader.scoresOf(runId)[0],
    alert: () => [...reader.alerts.values()][0],
  };
  return shown[kind]();
}

/** What it is called by. */
export const nameOfEntity = (shown: Approval | Score | Alert): string | undefined =>
  'callId' in shown ? shown.toolName : 'alertId' in shown ? shown.ruleName : shown.name;

export function showErrors(
  { view, standIns }: NameReader,
  { groups, groupCount, errorCount }: ErrorGroups,
): ErrorsAnswer {
  const isShape = view === 'shape';
  const code = (text: string) => (isShape ? standIns.code(text, 'error') : text);
  const id = (text: string) => (isShape ? standIns.id(text) : text);
  return {
    groups: groups.map(({ errorType, errorCode, template, agentNames, sample, ...numbers }) => ({
      ...(errorType !== undefined && { errorType: code(errorType) }),
      ...(errorCode !== undefined && { errorCode: code(errorCode) }),
      ...(!isShape && template !== undefined && { template }),
      count: numbers.count,
      runCount: numbers.runCount,
      firstAtMs: numbers.firstAtMs,
      lastAtMs: numbers.lastAtMs,
      agentNames: agentNames.map((name) => showName(view, standIns, 'agent', name)),
      sample: { runId: id(sample.runId) as RunId, spanId: id(sample.spanId) as SpanId },
      trend: numbers.trend.map(({ atMs, count }) => ({ atMs, count })),
    })),
    groupCount,
    errorCount,
  };
}

export function showMetrics(
  { view, standIns }: NameReader,
  by: MetricDimension | undefined,
  metrics: Metrics,
): MetricsAnswer {
  return {
    series: metrics.series.map(({ name, buckets }) => ({
      ...(name !== undefined && by !== undefined && { name: showName(view, standIns, by, name) }),
      buckets,
    })),
    seriesCount: metrics.seriesCount,
  };
}

/** Everything that a reader sees of a run as one text in lower case: what a reader who sees no hidden names may search in. */
export function shownSearchText({ run, toolNames, modelNames }: HistoryRunRow): string {
  const { runId, name, userId, sessionId, groupId, errorType, errorCode, agentNames } = run;
  const own = [runId, name, userId, sessionId, groupId, errorType, errorCode];
  return own
    .concat(agentNames, toolNames, modelNames)
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase();
}
