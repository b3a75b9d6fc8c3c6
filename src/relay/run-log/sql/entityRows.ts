import type { Fold } from '../../../fold/types.ts';
import type { RunId } from '../../../model/ids.ts';
import { entitiesOfRun, type FoldedEntity } from '../../history/runEntities.ts';
import type { AlertTable, ApprovalTable, ScoreTable } from './LogTables.ts';

/** Rows of the approvals and scores of one run. */
export interface EntityRows {
  readonly approvals: readonly ApprovalTable[];
  readonly scores: readonly ScoreTable[];
  /** Differs when any of them differs. */
  readonly text: string;
}

const none: EntityRows = { approvals: [], scores: [], text: '' };

/** @param numbers - of each, by key: the number of one of its events */
export function entityRowsOf(
  fold: Fold,
  runId: RunId,
  numbers: ReadonlyMap<string, number> | undefined,
  pid: number,
  at: number,
): EntityRows {
  const found = entitiesOfRun(fold, runId);
  if (found.length === 0) return none;
  const base = ({ key, atMs, facts }: FoldedEntity) => ({
    pid,
    run: runId as string,
    n: numbers?.get(key) ?? at,
    at,
    at_ms: atMs,
    body: JSON.stringify(facts),
  });
  return {
    approvals: found
      .filter(({ kind }) => kind === 'approval')
      .map((one) => ({ ...base(one), call: one.ref, state: one.state ?? '', tool: one.name ?? null })),
    scores: found
      .filter(({ kind }) => kind === 'score')
      .map((one) => ({ ...base(one), span: one.ref, name: one.name ?? '' })),
    text: JSON.stringify(found.map(({ facts }) => facts)),
  };
}

export const alertRowOf = (
  { ref, name, state = '', severity, atMs, facts }: FoldedEntity,
  heard: { readonly seq: number; readonly rts: number },
  pid: number,
  at: number,
): AlertTable => ({
  pid,
  alert: ref,
  n: heard.seq,
  at,
  last_rts: heard.rts,
  at_ms: atMs,
  state,
  severity: severity ?? null,
  rule: name ?? null,
  body: JSON.stringify(facts),
});
