import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { undatedModelName } from '../../../../model/modelName.ts';
import type { NamesFilter, RunScope, TimeRange } from '../../../history/RunHistory.ts';
import type { LogTables } from '../LogTables.ts';
import { facetWhere, listWhere, rangeWhere, scopeWhere } from './scopeWhere.ts';

interface MeasureFilter extends NamesFilter {
  readonly range?: TimeRange | undefined;
  readonly scope?: RunScope | undefined;
}

type Eb = ExpressionBuilder<LogTables, 'measure'>;

const peopleWhere = ({ range, userIds, sessionIds, groupIds }: MeasureFilter): Expression<SqlBool>[] => [
  ...rangeWhere('measure.at_ms', range),
  ...listWhere('measure.user_id', userIds),
  ...listWhere('measure.session_id', sessionIds),
  ...listWhere('measure.group_id', groupIds),
];

const inScope = (eb: Eb, pid: number, { scope }: MeasureFilter): Expression<SqlBool>[] =>
  scope ? [scopeWhere(eb as never, 'measure', pid, scope)] : [];

/** Of calls, tools and failed spans: the names are their own. */
export const measureWhere = (eb: Eb, pid: number, filter: MeasureFilter): Expression<SqlBool>[] => [
  ...peopleWhere(filter),
  ...listWhere('measure.agent', filter.agentNames),
  ...listWhere('measure.tool', filter.toolNames),
  ...listWhere('measure.model', filter.modelNames?.map(undatedModelName)),
  ...inScope(eb, pid, filter),
];

/** Of runs: a run has all the names of its spans. */
export const runMeasureWhere = (eb: Eb, pid: number, filter: MeasureFilter): Expression<SqlBool>[] => {
  const facet = (kind: string, names: readonly string[] | undefined) =>
    facetWhere(eb as never, pid, 'measure.run', kind, names);
  return [
    ...peopleWhere(filter),
    ...facet('agent', filter.agentNames),
    ...facet('tool', filter.toolNames),
    ...facet('model', filter.modelNames),
    ...inScope(eb, pid, filter),
  ];
};
