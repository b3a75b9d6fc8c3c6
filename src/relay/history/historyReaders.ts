import type { HistoryRunRow } from '../../model/history.ts';
import type { Principal } from '../auth/Principal.ts';
import { HttpFault } from '../http/httpErrors.ts';
import type { Lens } from '../projection/createLens.ts';
import type { HistoryQueries } from './historyQueries.ts';
import { historyScopeOf } from './historyScope.ts';
import { shownSearchText, showRun } from './projectHistory.ts';
import type { HistoryPosition, HistoryRun, Page, RunHistory, RunScope, TimeRange } from './RunHistory.ts';
import { scanPages } from './scanPages.ts';
import { createSeenNames, type NameReader } from './seenNames.ts';

/** Who asks, and what it may see. */
export interface HistoryReader extends NameReader {
  readonly scope: RunScope | undefined;
  /** See `Lens.showOwn`. */
  readonly showEvent: Lens['showOwn'];
  /** Of who must not see all rows: a page may end behind one of others, and its cursor must not say where. */
  readonly cursorSecret: string | undefined;
}

type NamesQuery = Pick<HistoryQueries['runs'], 'agent' | 'tool' | 'model' | 'user' | 'session' | 'group'>;

type RunsFilterQuery = Omit<HistoryQueries['runs'], 'limit' | 'cursor'>;

/** A run as it is held, and as the reader sees it. */
export interface FoundRun {
  readonly held: HistoryRun;
  readonly row: HistoryRunRow;
}

/** Turns what a reader asks for, in the words that it sees, into questions to the history. */
export function createHistoryReaders(history: RunHistory, now: () => number) {
  const seen = createSeenNames(history, now);

  const resolve = (...asked: Parameters<typeof seen.resolve>) => seen.resolve(...asked);

  const readerOf = async ({ project }: Principal, lens: Lens | undefined): Promise<HistoryReader> => {
    if (!lens) throw new HttpFault(403, 'auth.forbidden');
    const reader = { project, view: lens.view, standIns: lens.standIns };
    return {
      ...reader,
      scope: await historyScopeOf(lens, (kind, shown) => resolve(reader, kind, [shown])),
      showEvent: (event) => lens.showOwn(event),
      cursorSecret: lens.granted && lens.standIns.digest('history cursor', project),
    };
  };

  /** Raw ids and names behind those that the reader sees. */
  const idsOf = (
    { view, standIns }: HistoryReader,
    ids: readonly string[] | undefined,
  ): readonly string[] | undefined =>
    view === 'names' ? ids : ids?.map((id) => standIns.rawId(id)).filter((id) => id !== undefined);
  const namesOf = async (reader: HistoryReader, query: NamesQuery) => ({
    agentNames: await resolve(reader, 'agent', query.agent),
    toolNames: await resolve(reader, 'tool', query.tool),
    modelNames: await resolve(reader, 'model', query.model),
    userIds: await resolve(reader, 'user', query.user),
    sessionIds: await resolve(reader, 'session', query.session),
    groupIds: await resolve(reader, 'group', query.group),
  });

  const findRuns = async (
    reader: HistoryReader,
    query: RunsFilterQuery,
    { after, limit }: { readonly after: HistoryPosition | undefined; readonly limit: number },
  ): Promise<Page<FoundRun>> => {
    const { status, minDurationMs, minCostNanoUsd, order } = query;
    const text = searchTextOf(query.text);
    const isShape = reader.view === 'shape';
    const filter = {
      ...(await namesOf(reader, query)),
      statuses: status,
      minDurationMs,
      minCostNanoUsd,
      // hidden names must not be searched: what matches is looked for in what is shown
      text: isShape ? undefined : text,
    };
    const { scope, project } = reader;
    const range = rangeOf(query);
    return scanPages(
      (from, count) => history.runs(project, { range, scope, filter, order, after: from, limit: count }),
      (held) => {
        const row = showRun(reader, held);
        return isShape && text !== undefined && !shownSearchText(row).includes(text) ? undefined : { held, row };
      },
      { after, limit },
    );
  };

  return { readerOf, idsOf, namesOf, resolve, findRuns };
}

export const rangeOf = ({ from, to }: { from?: number | undefined; to?: number | undefined }): TimeRange => ({
  fromMs: from,
  toMs: to,
});
export const searchTextOf = (text: string | undefined): string | undefined => text?.trim().toLowerCase() || undefined;
