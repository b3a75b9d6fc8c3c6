import { asRunId, asSpanId } from '../../../../model/ids.ts';
import { type FailedSpan, groupErrors } from '../../../history/errorSum.ts';
import { templateOfError } from '../../../history/errorTemplate.ts';
import type { ErrorGroups, ErrorsQuery } from '../../../history/RunHistory.ts';
import { createTurns } from '../../../turns.ts';
import { contentOwner } from '../../contentOwner.ts';
import type { LogStore } from '../LogStore.ts';
import { measureWhere } from './measureWhere.ts';
import { unindexed } from './orderPlan.ts';
import { listWhere } from './scopeWhere.ts';

const PAGE_ROWS = 2000;

/** Failed spans of the range, read in pages of an index and grouped as they come. */
export async function readErrors(store: LogStore, pid: number, query: ErrorsQuery): Promise<ErrorGroups> {
  const failed: FailedSpan[] = [];
  let after: { readonly at_ms: number; readonly run: string; readonly span: string } | undefined;
  for (;;) {
    const rows = await store.db
      .selectFrom('measure')
      .select(['run', 'span', 'at_ms', 'agent', 'error_type', 'error_code'])
      .where('pid', '=', pid)
      .where('kind', '=', 'error')
      .where((eb) => eb.and([...measureWhere(eb, pid, query), ...listWhere('measure.run', query.runIds)]))
      .$if(after !== undefined, (page) =>
        page.where((eb) =>
          eb(
            eb.refTuple('at_ms', 'run', 'span'),
            '>',
            eb.tuple(after?.at_ms ?? 0, after?.run ?? '', after?.span ?? ''),
          ),
        ),
      )
      // of named runs: by the key of their rows, not along all errors there are
      .orderBy(query.runIds ? unindexed(store, 'at_ms') : 'at_ms')
      .orderBy('run')
      .orderBy('span')
      .limit(PAGE_ROWS)
      .execute();
    const templates = query.grain === 'message' ? await readTemplates(store, pid, rows, query) : undefined;
    for (const { run, span, at_ms, agent, error_type, error_code } of rows) {
      failed.push({
        runId: asRunId(run),
        spanId: asSpanId(span),
        atMs: at_ms,
        agentName: agent ?? undefined,
        errorType: error_type ?? undefined,
        errorCode: error_code ?? undefined,
        template: templates?.get(ownerOf(run, span)),
      });
    }
    if (rows.length < PAGE_ROWS) return groupErrors(failed, query);
    after = rows.at(-1);
  }
}

const ownerOf = (run: string, span: string) => contentOwner({ runId: asRunId(run), spanId: asSpanId(span) });

/** Templates of the messages, by owner. */
async function readTemplates(
  store: LogStore,
  pid: number,
  rows: readonly { readonly run: string; readonly span: string }[],
  { showError }: ErrorsQuery,
): Promise<ReadonlyMap<string, string>> {
  const templates = new Map<string, string>();
  if (rows.length === 0) return templates;
  const found = await store.db
    .selectFrom('content')
    .select(['owner', 'body'])
    .where('pid', '=', pid)
    .where(
      'owner',
      'in',
      rows.map(({ run, span }) => ownerOf(run, span)),
    )
    .where('part', '=', 'error')
    .execute();
  const turns = createTurns();
  for (const { owner, body } of found) {
    await turns.giveWay(); // rules look through each message
    const template = templateOfError(JSON.parse(body), showError);
    if (template !== undefined) templates.set(owner, template);
  }
  return templates;
}
