import type { Context } from 'hono';
import type {
  AlertsPage,
  ApprovalsPage,
  ErrorsAnswer,
  LogsPage,
  MetricsAnswer,
  RunFactsPage,
  RunsPage,
  ScoresPage,
} from '../../model/history.ts';
import { asRunId, asSpanId } from '../../model/ids.ts';
import { formatHistoryCursor, type PositionShape, parseHistoryCursor, questionOf } from '../history/historyCursor.ts';
import { badParameter, type HistoryQueries } from '../history/historyQueries.ts';
import { createHistoryReaders, type HistoryReader, rangeOf, searchTextOf } from '../history/historyReaders.ts';
import { logSearchText } from '../history/logSearchText.ts';
import { nameOfEntity, showEntity, showErrors, showLog, showMetrics, showRun } from '../history/projectHistory.ts';
import type { EntitiesQuery, EntityKind, HistoryPosition, Page } from '../history/RunHistory.ts';
import { scanPages } from '../history/scanPages.ts';
import type { Redactor } from '../projection/redaction/createRedactor.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import { type Guarded, type Handler, type HttpEnv, param } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';
import { readHistoryQuery } from './readHistoryQuery.ts';

export interface HistoryRoutesOptions {
  readonly log: RunLog;
  readonly redactor: Redactor;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Questions to what the log holds. Every answer is projected for who asks; what is asked for is taken in the words that it sees. */
export function createHistoryRoutes({ log, redactor, now }: HistoryRoutesOptions) {
  const { history } = log;
  const { readerOf, idsOf, namesOf, resolve, findRuns } = createHistoryReaders(history, now);

  /** A page of approvals, scores or alerts. @param names - what they are called by, in the words that the reader sees */
  const pageOfEntities = async <Kind extends EntityKind>(
    reader: HistoryReader,
    kind: Kind,
    { query, question, after }: PagedQuery<'approvals' | 'scores' | 'alerts'>,
    names: readonly string[] | undefined,
    filter: Pick<EntitiesQuery, 'states' | 'severities'>,
  ) => {
    const { project, scope, view } = reader;
    const isShape = view === 'shape';
    const { limit, order } = query;
    const runIds = 'run' in query ? idsOf(reader, query.run)?.map(asRunId) : undefined;
    const asked = { ...filter, kind, range: rangeOf(query), scope, order, runIds, names: isShape ? undefined : names };
    const { epoch, head } = await log.head(project);
    const { items, next } = await scanPages(
      (from, count) => history.entities(project, { ...asked, after: from, limit: count }),
      (held) => {
        const shown = showEntity(reader, kind, held);
        // hidden names must not be asked for: what matches is looked for in what is shown
        return shown && isShape && names && !names.includes(nameOfEntity(shown) ?? '') ? undefined : shown;
      },
      { after, limit },
    );
    return { items, next: cursorOf(reader, question, next), epoch, head };
  };

  return {
    async runs(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const { query, question, after } = readPagedQuery(context, 'runs', reader);
      const { epoch, head } = await log.head(reader.project);
      const { items, next } = await findRuns(reader, query, { after, limit: query.limit });
      const runs = items.map(({ row }) => row);
      return Response.json({ runs, next: cursorOf(reader, question, next), epoch, head } satisfies RunsPage);
    },

    async run(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const { query, question, after } = readPagedQuery(context, 'run', reader, param(context, 'runId'));
      const { project, scope } = reader;
      const runId = idsOf(reader, [param(context, 'runId')])?.[0];
      if (runId === undefined) throw new HttpFault(404, 'history.not-found');
      const { epoch } = await log.head(project);
      const held = await history.run(project, asRunId(runId), scope);
      const page = await history.facts(project, { runId: asRunId(runId), scope, after, limit: query.limit });
      if (!held || !page) throw new HttpFault(404, 'history.not-found');
      const facts = page.items.map((fact) => reader.showEvent(fact)).filter((fact) => fact !== undefined);
      const answer: RunFactsPage = {
        ...showRun(reader, held),
        facts,
        next: cursorOf(reader, question, page.next),
        epoch,
        at: page.at,
      };
      return Response.json(answer);
    },

    async logs(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const { query, question, after } = readPagedQuery(context, 'logs', reader);
      const { project, scope, view } = reader;
      const text = searchTextOf(query.text);
      const isShape = view === 'shape';
      const asked = {
        range: rangeOf(query),
        scope,
        levels: query.level,
        sourceNames: await resolve(reader, 'source', query.source),
        runIds: idsOf(reader, query.run)?.map(asRunId),
        spanIds: idsOf(reader, query.span)?.map(asSpanId),
        // an id that is shown under another name could be a digest of content: it must not be tested for
        ids: isShape ? query.id?.filter((id) => reader.standIns.eventId(id) === id) : query.id,
        // what the reader does not see must not be searched either: then it is looked for in what is shown
        text: isShape || redactor.hasRules ? undefined : text,
        withMessage: !isShape,
        order: query.order,
      };
      const { epoch, head } = await log.head(project);
      const { items, next } = await scanPages(
        (from, count) => history.logs(project, { ...asked, after: from, limit: count }),
        (held) => {
          const row = showLog(reader, held, redactor);
          if (!row || text === undefined) return row;
          const { sourceName } = row.event.a as { readonly sourceName?: string };
          return logSearchText(sourceName, row.message).includes(text) ? row : undefined;
        },
        { after, limit: query.limit },
      );
      return Response.json({ lines: items, next: cursorOf(reader, question, next), epoch, head } satisfies LogsPage);
    },

    async approvals(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const paged = readPagedQuery(context, 'approvals', reader);
      const { state: states, tool } = paged.query;
      const { items: approvals, ...page } = await pageOfEntities(reader, 'approval', paged, tool, { states });
      return Response.json({ approvals, ...page } satisfies ApprovalsPage);
    },

    async scores(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const paged = readPagedQuery(context, 'scores', reader);
      const { items: scores, ...page } = await pageOfEntities(reader, 'score', paged, paged.query.name, {});
      return Response.json({ scores, ...page } satisfies ScoresPage);
    },

    async alerts(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const paged = readPagedQuery(context, 'alerts', reader);
      const { state: states, severity: severities, rule } = paged.query;
      const { items: alerts, ...page } = await pageOfEntities(reader, 'alert', paged, rule, { states, severities });
      return Response.json({ alerts, ...page } satisfies AlertsPage);
    },

    async errors(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const query = readHistoryQuery(context, 'errors');
      const { project, scope } = reader;
      const groups = await history.errors(project, {
        ...(await namesOf(reader, query)),
        range: rangeOf(query),
        scope,
        runIds: idsOf(reader, query.run)?.map(asRunId),
        grain: reader.view === 'names' ? 'message' : 'code',
        showError: redactor.hasRules ? (error) => redactor.redactPart('error', error) : undefined,
        order: query.order,
        limit: query.limit,
        bucketMs: query.bucketMs,
      });
      return Response.json(showErrors(reader, groups) satisfies ErrorsAnswer);
    },

    async metrics(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const query = readHistoryQuery(context, 'metrics');
      const { from: fromMs, to: toMs, bucketMs, offsetMs, by, limit } = query;
      const metrics = await history.metrics(reader.project, {
        ...(await namesOf(reader, query)),
        range: { fromMs, toMs },
        scope: reader.scope,
        bucketMs,
        offsetMs,
        by,
        limit,
      });
      return Response.json(showMetrics(reader, by, metrics) satisfies MetricsAnswer);
    },
  } satisfies Partial<Record<Guarded, Handler>>;
}

interface PagedQuery<Name extends keyof HistoryQueries> {
  readonly query: HistoryQueries[Name];
  readonly question: string;
  readonly after: HistoryPosition | undefined;
}

function readPagedQuery<Name extends 'runs' | 'run' | 'logs' | 'approvals' | 'scores' | 'alerts'>(
  context: Context<HttpEnv>,
  name: Name,
  { project, cursorSecret }: HistoryReader,
  ...more: readonly string[]
): PagedQuery<Name> {
  const query = readHistoryQuery(context, name);
  const { cursor, limit: _size, ...asked } = query;
  const question = questionOf(name, project, more, asked);
  if (cursor === undefined) return { query, question, after: undefined };
  const after = parseHistoryCursor(question, shapeOf(query), cursor, cursorSecret);
  if (after) return { query, question, after };
  const fault = badParameter('cursor', 'must be the `next` of the page before, with the same query');
  throw new HttpFault(400, fault.code, undefined, fault);
}

/** Facts of a run stand at their number; all else at what it is sorted by, and its number. */
function shapeOf(query: object): PositionShape {
  if (!('order' in query)) return ['whole'];
  return [query.order === 'dearest' ? 'whole' : 'real', 'whole'];
}

const cursorOf = ({ cursorSecret }: HistoryReader, question: string, next: Page<unknown>['next']): string | undefined =>
  next && formatHistoryCursor(question, next, cursorSecret);
