import { undatedModelName } from '../../model/modelName.ts';
import type { Run } from '../../model/run.ts';
import type { Span } from '../../model/span.ts';

/** What a run is found by beside its own fields. */
export interface RunFacets {
  /** Names of its tool spans, sorted. */
  readonly toolNames: readonly string[];
  /** Models of its spans as they came and without their dates, sorted. */
  readonly modelNames: readonly string[];
}

export const modelOfSpan = ({ model, requestModel }: Span): string | undefined => model ?? requestModel;

/** Takes the spans of a run one by one. */
export function createRunFacets() {
  const tools = new Set<string>();
  const models = new Set<string>();
  return {
    add(span: Span): void {
      if (span.kind === 'tool' && span.name !== '') tools.add(span.name);
      const model = modelOfSpan(span);
      if (model === undefined || models.has(model)) return;
      models.add(model);
      models.add(undatedModelName(model));
    },
    get: (): RunFacets => ({ toolNames: [...tools].sort(), modelNames: [...models].sort() }),
  };
}

/** O(spans) */
export function runFacetsOf(spans: Iterable<Span>): RunFacets {
  const facets = createRunFacets();
  for (const span of spans) facets.add(span);
  return facets.get();
}

/** Start to end; of an open run to its last event; 0 without a start. */
export const runDurationMs = ({ startedAtMs, endedAtMs, lastEventAtMs }: Run): number =>
  startedAtMs === undefined ? 0 : Math.max(0, (endedAtMs ?? lastEventAtMs) - startedAtMs);

/** Everything of a run that a text is looked for in, in lower case. */
export function runSearchText(run: Run, facets: RunFacets): string {
  const { runId, name, userId, sessionId, groupId, errorType, errorCode, tags, agentNames } = run;
  const own = [runId, name, userId, sessionId, groupId, errorType, errorCode];
  const parts = own.concat(tags ?? [], agentNames, facets.toolNames, facets.modelNames);
  return parts
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase();
}
