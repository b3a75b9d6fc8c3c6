import type { MonitorEvent } from '../../model/event.ts';
import type { ExportSource, RunExportQuery } from '../../model/exportQuery.ts';
import type { RunId } from '../../model/ids.ts';
import { undatedModelName } from '../../model/modelName.ts';
import type { ChargeLine, Run } from '../../model/run.ts';
import type { Span } from '../../model/span.ts';
import { createTurns } from '../trace-file/createTurns.ts';
import { createExportWriter, exportFormats } from './exportFormats.ts';

/** Who holds runs: a store of `spanlight/store` is one. */
export interface HeldRuns {
  getView(): {
    readonly runIds: readonly RunId[];
    readonly entities: {
      getRun(runId: RunId): Run | undefined;
      spansOf(runId: RunId): Iterable<Span>;
      chargeLines(runId: RunId, dimension: 'model'): readonly ChargeLine[];
    };
  };
  /** What was said of a run and its spans; without a run, what belongs to none. */
  factsOf(runId: RunId | undefined): readonly MonitorEvent[];
  loggedEvents(): readonly { readonly event: MonitorEvent }[];
}

/**
 * Exports what a store holds, with no relay: an opened file, a recording, events of the host's own. In slices of some milliseconds.
 * Content that is not held cannot go along.
 */
export function createHeldExport(held: HeldRuns): ExportSource {
  return {
    async exportRuns(query) {
      const { entities, runIds } = held.getView();
      const writer = createExportWriter(query.format);
      const logLines = logLinesOf(held);
      const show = query.content === true ? (event: MonitorEvent) => event : withoutContent;
      const giveTurn = createTurns(undefined);
      const parts: string[] = [writer.begin()];
      // who asks for some runs wants nothing beside them
      if (isForAll(query))
        parts.push(writer.common([...held.factsOf(undefined), ...(logLines.get(undefined) ?? [])].map(show)));
      let left = query.limit ?? Number.POSITIVE_INFINITY;
      for (const runId of query.runIds ?? runIds) {
        const run = entities.getRun(runId);
        if (!run || left <= 0) continue;
        const spans = [...entities.spansOf(runId)];
        const modelLines = entities.chargeLines(runId, 'model');
        if (!query.runIds && !matches(run, spans, modelLines, query)) continue;
        left -= 1;
        const events = [...held.factsOf(runId), ...(logLines.get(runId) ?? [])].map(show);
        const shownSpans = query.content === true ? spans : spans.map(withoutContent);
        parts.push(writer.run({ run, spans: shownSpans, events, modelLines }));
        await giveTurn();
      }
      parts.push(writer.end());
      return new Blob(parts, { type: exportFormats[query.format].contentType });
    },
  };
}

function withoutContent<T extends object>(value: T): T {
  if (!('detail' in value) || value.detail === undefined) return value;
  const { detail: _content, ...rest } = value;
  return rest as T;
}

function logLinesOf(held: HeldRuns): ReadonlyMap<RunId | undefined, readonly MonitorEvent[]> {
  const byRun = new Map<RunId | undefined, MonitorEvent[]>();
  for (const { event } of held.loggedEvents()) {
    if (event.type !== 'log') continue;
    const known = byRun.get(event.run);
    if (known) known.push(event);
    else byRun.set(event.run, [event]);
  }
  return byRun;
}

const isForAll = ({ format: _format, content: _content, ...rest }: RunExportQuery): boolean =>
  Object.values(rest).every((value) => value === undefined);

const isOneOf = (value: string | undefined, list: readonly string[] | undefined): boolean =>
  list === undefined || (value !== undefined && list.includes(value));
const hasOneOf = (values: Iterable<string>, list: readonly string[] | undefined): boolean =>
  list === undefined || [...values].some((value) => list.includes(value));

/** The same question that a relay answers, put to what is held. */
function matches(run: Run, spans: readonly Span[], lines: readonly ChargeLine[], query: RunExportQuery): boolean {
  const { statuses, fromMs, toMs, minDurationMs = 0, minCostNanoUsd = 0 } = query;
  const startedAtMs = run.startedAtMs ?? run.lastEventAtMs;
  const lastMs = run.endedAtMs ?? run.lastEventAtMs;
  const durationMs = run.startedAtMs === undefined ? 0 : Math.max(0, lastMs - run.startedAtMs);
  const isWaiting = run.pendingApprovalCount > 0;
  const toolNames = spans.flatMap(({ kind, name }) => (kind === 'tool' && name !== undefined ? [name] : []));
  const modelNames = lines.flatMap(({ name }) => (name === undefined ? [] : [undatedModelName(name)]));
  return (
    (statuses === undefined || statuses.includes(run.status) || (isWaiting && statuses.includes('waiting'))) &&
    isOneOf(run.userId, query.users) &&
    isOneOf(run.sessionId, query.sessions) &&
    isOneOf(run.groupId, query.groups) &&
    hasOneOf(run.agentNames, query.agents) &&
    hasOneOf(toolNames, query.tools) &&
    hasOneOf(
      modelNames,
      query.models?.map((name) => undatedModelName(name)),
    ) &&
    startedAtMs >= (fromMs ?? 0) &&
    startedAtMs < (toMs ?? Number.POSITIVE_INFINITY) &&
    durationMs >= minDurationMs &&
    run.totals.costNanoUsd >= minCostNanoUsd &&
    hasText(run, query.text)
  );
}

function hasText(run: Run, text: string | undefined): boolean {
  const wanted = text?.trim().toLowerCase();
  if (!wanted) return true;
  const searched = [run.runId, run.name, run.groupId, run.userId, run.errorCode, run.errorType, ...run.agentNames];
  return searched.some((part) => part?.toLowerCase().includes(wanted));
}
