import type { Fold } from '../../fold/types.ts';
import type { EventOf, MonitorEvent } from '../../model/event.ts';
import { type RunId, spanKeyOf } from '../../model/ids.ts';
import { undatedModelName } from '../../model/modelName.ts';
import type { Run } from '../../model/run.ts';
import type { ContentStore } from '../run-log/contentStore.ts';
import { createTurns } from '../turns.ts';
import { type FailedSpan, groupErrors } from './errorSum.ts';
import { templateOfError } from './errorTemplate.ts';
import { pageOfFacts } from './factGroups.ts';
import { type Keyed, keysetPage } from './keysetPage.ts';
import { logSearchText } from './logSearchText.ts';
import { addMeasure, addRun, createMetricsSum, seriesOf } from './metricsSum.ts';
import type {
  ErrorsQuery,
  HistoryEntity,
  HistoryLog,
  HistoryRun,
  NameKind,
  NamesFilter,
  RunHistory,
  RunOrderName,
  RunScope,
} from './RunHistory.ts';
import { entitiesOfRun, entityOfAlert, type FoldedEntity } from './runEntities.ts';
import { type RunFacets, runDurationMs, runFacetsOf } from './runFacets.ts';
import {
  hasOneOf,
  isInRange,
  isInScope,
  isModelOneOf,
  isOneOf,
  matchesPeople,
  matchesRunFilter,
} from './runMatcher.ts';
import { type SpanMeasure, spanMeasuresOf } from './spanMeasures.ts';

/** When a run was first heard of. */
export interface RunMark {
  readonly firstSeq: number;
  /** By the clock of who said it, epoch ms. */
  readonly firstAtMs: number;
  /** Of each approval and score, by its key: the number of its first event. */
  readonly entities: Map<string, number>;
}

/** What a project's log in memory holds, as it is now. */
export interface HeldProject {
  readonly fold: Fold;
  readonly marks: ReadonlyMap<RunId, RunMark>;
  /** Log lines, oldest first. */
  readonly lines: readonly MonitorEvent[];
  readonly content: ContentStore;
  /** Of each alert: the number of its first event. */
  readonly alertNumbers: ReadonlyMap<string, number>;
  readonly head: number;
}

/** Runs that are looked at before others have their turn. */
const RUNS_A_TURN = 64;

/** Answers from the fold of a log in memory: every question looks at all runs, and gives way to others while it does. */
export function createMemoryRunHistory(heldOf: (project: string) => HeldProject): RunHistory {
  // both are derived from one version of a run, and go with it
  const facetsByRun = new WeakMap<Run, RunFacets>();
  const measuresByRun = new WeakMap<Run, readonly SpanMeasure[]>();

  const historyRunOf = ({ fold, marks }: HeldProject, runId: RunId): HistoryRun | undefined => {
    const run = fold.reader.getRun(runId);
    const mark = marks.get(runId);
    if (!run || !mark) return undefined;
    let facets = facetsByRun.get(run);
    if (!facets) {
      facets = runFacetsOf(fold.reader.spansOf(runId));
      facetsByRun.set(run, facets);
    }
    const { firstSeq, firstAtMs } = mark;
    return { run, atMs: run.startedAtMs ?? firstAtMs, firstSeq, durationMs: runDurationMs(run), ...facets };
  };

  const measuresOf = ({ fold }: HeldProject, run: Run): readonly SpanMeasure[] => {
    let measures = measuresByRun.get(run);
    if (!measures) {
      measures = [...spanMeasuresOf(fold.reader.spansOf(run.runId), fold.chargesOf(run.runId))];
      measuresByRun.set(run, measures);
    }
    return measures;
  };

  async function* runsIn(held: HeldProject, scope: RunScope | undefined): AsyncGenerator<HistoryRun> {
    const turns = createTurns();
    for (const [index, runId] of [...held.fold.reader.runIds].entries()) {
      const othersGo = index % RUNS_A_TURN === 0 ? turns.giveWay() : undefined;
      if (othersGo) await othersGo;
      const found = historyRunOf(held, runId);
      if (found && isInScope(found.run, scope)) yield found;
    }
  }

  const visibleRun = (held: HeldProject, runId: RunId, scope: RunScope | undefined): HistoryRun | undefined => {
    const found = historyRunOf(held, runId);
    return found && isInScope(found.run, scope) ? found : undefined;
  };

  return {
    async runs(project, { range, scope, filter, order, after, limit }) {
      const rows: Keyed<HistoryRun>[] = [];
      for await (const item of runsIn(heldOf(project), scope)) {
        if (!isInRange(item.atMs, range) || !matchesRunFilter(item, filter)) continue;
        rows.push({ item, value: valueIn[order](item), seq: item.firstSeq });
      }
      return keysetPage(rows, { after, limit, isAscending: order === 'oldest' });
    },

    run: async (project, runId, scope) => visibleRun(heldOf(project), runId, scope),

    async facts(project, { runId, scope, after, limit }) {
      const held = heldOf(project);
      if (!visibleRun(held, runId, scope)) return undefined;
      return pageOfFacts(held.fold.factsOf(runId), after, limit, held.head);
    },

    async logs(project, query) {
      const held = heldOf(project);
      const { range, scope, levels, sourceNames, runIds, spanIds, ids, text, withMessage, order, after, limit } = query;
      const rows: Keyed<HistoryLog>[] = [];
      for (const event of held.lines as readonly EventOf<'log'>[]) {
        const { id, ts, seq = 0, run, span, a } = event;
        const isAsked =
          isInRange(ts, range) &&
          isInScope(run === undefined ? undefined : held.fold.reader.getRun(run), scope) &&
          isOneOf(a.level ?? 'info', levels) &&
          isOneOf(a.sourceName, sourceNames) &&
          isOneOf(run, runIds) &&
          isOneOf(span, spanIds) &&
          isOneOf(id, ids);
        if (!isAsked) continue;
        const message = withMessage ? held.content.read({ eventId: id })?.message : undefined;
        if (text !== undefined && !logSearchText(a.sourceName, message).includes(text)) continue;
        rows.push({ item: { event, ...(message !== undefined && { message }) }, value: ts, seq });
      }
      return keysetPage(rows, { after, limit, isAscending: order === 'oldest' });
    },

    async errors(project, query) {
      const held = heldOf(project);
      const failed: FailedSpan[] = [];
      const turns = createTurns();
      for await (const { run } of runsIn(held, query.scope)) {
        if (!isOneOf(run.runId, query.runIds) || !matchesPeople(run, query)) continue;
        for (const measure of measuresOf(held, run)) {
          if (measure.kind !== 'error' || !isInRange(measure.atMs, query.range) || !matchesNames(measure, query))
            continue;
          await turns.giveWay();
          failed.push(failedSpanOf(held, run.runId, measure, query));
        }
      }
      return groupErrors(failed, query);
    },

    async metrics(project, query) {
      const held = heldOf(project);
      const sum = createMetricsSum(query);
      for await (const found of runsIn(held, query.scope)) {
        const { run } = found;
        if (!matchesPeople(run, query)) continue;
        const isRunAsked =
          isInRange(found.atMs, query.range) &&
          hasOneOf(run.agentNames, query.agentNames) &&
          hasOneOf(found.toolNames, query.toolNames) &&
          hasOneOf(found.modelNames, query.modelNames);
        if (isRunAsked) addRun(sum, runSeriesOf(query.by, found), found);
        for (const measure of measuresOf(held, run)) {
          if (!isInRange(measure.atMs, query.range) || !matchesNames(measure, query)) continue;
          addMeasure(sum, seriesOf(query.by, measure, run.userId), measure);
        }
      }
      return sum.read();
    },

    async entities(project, query) {
      const { kind, range, scope, states, severities, names, runIds, order, after, limit } = query;
      const held = heldOf(project);
      const rows: Keyed<HistoryEntity>[] = [];
      const add = ({ state, severity, name, atMs, facts }: FoldedEntity, seq: number) => {
        const isAsked =
          isInRange(atMs, range) && isOneOf(state, states) && isOneOf(severity, severities) && isOneOf(name, names);
        if (isAsked) rows.push({ item: { atMs, facts }, value: atMs, seq });
      };
      if (kind === 'alert') {
        const alerts = scope ? [] : held.fold.reader.alerts.values();
        for (const alert of alerts) add(entityOfAlert(held.fold, alert), held.alertNumbers.get(alert.alertId) ?? 0);
      } else {
        for await (const { run } of runsIn(held, scope)) {
          if (!isOneOf(run.runId, runIds)) continue;
          const numbers = held.marks.get(run.runId)?.entities;
          for (const entity of entitiesOfRun(held.fold, run.runId)) {
            if (entity.kind === kind) add(entity, numbers?.get(entity.key) ?? 0);
          }
        }
      }
      return keysetPage(rows, { after, limit, isAscending: order === 'oldest' });
    },

    async names(project, { kind, scope, after, limit }) {
      const held = heldOf(project);
      const names = new Set<string>();
      if (kind === 'source') {
        for (const { run, a } of held.lines as readonly EventOf<'log'>[]) {
          const isSeen = isInScope(run === undefined ? undefined : held.fold.reader.getRun(run), scope);
          if (isSeen && a.sourceName !== undefined) names.add(a.sourceName);
        }
      } else {
        for await (const found of runsIn(held, scope)) for (const name of namesIn[kind](found)) names.add(name);
      }
      return [...names]
        .filter((name) => after === undefined || name > after)
        .sort()
        .slice(0, limit);
    },
  };
}

const valueIn: Readonly<Record<RunOrderName, (found: HistoryRun) => number>> = {
  newest: ({ atMs }) => atMs,
  oldest: ({ atMs }) => atMs,
  longest: ({ durationMs }) => durationMs,
  dearest: ({ run }) => run.totals.costNanoUsd,
};

const known = (name: string | undefined): readonly string[] => (name === undefined ? [] : [name]);
const namesIn: Readonly<Record<Exclude<NameKind, 'source'>, (found: HistoryRun) => readonly string[]>> = {
  agent: ({ run }) => run.agentNames,
  tool: ({ toolNames }) => toolNames,
  model: ({ modelNames }) => modelNames,
  user: ({ run }) => known(run.userId),
  session: ({ run }) => known(run.sessionId),
  group: ({ run }) => known(run.groupId),
};

/** The series that a run counts in. */
function runSeriesOf(by: Exclude<NameKind, 'source'> | undefined, found: HistoryRun): readonly (string | undefined)[] {
  if (by === undefined) return [undefined];
  const names = by === 'model' ? [...new Set(found.modelNames.map(undatedModelName))] : namesIn[by](found);
  return names.length === 0 ? [undefined] : names;
}

const matchesNames = ({ agentName, toolName, modelName }: SpanMeasure, filter: NamesFilter): boolean =>
  isOneOf(agentName, filter.agentNames) &&
  isOneOf(toolName, filter.toolNames) &&
  isModelOneOf(modelName, filter.modelNames);

function failedSpanOf(
  { fold, content }: HeldProject,
  runId: RunId,
  measure: SpanMeasure,
  { grain, showError }: ErrorsQuery,
): FailedSpan {
  const { spanId, atMs, agentName } = measure;
  const span = fold.reader.getSpan(spanKeyOf(runId, spanId));
  return {
    runId,
    spanId,
    atMs,
    agentName,
    errorType: span?.errorType,
    errorCode: span?.errorCode,
    template: grain === 'message' ? templateOfError(content.read({ runId, spanId })?.error, showError) : undefined,
  };
}
