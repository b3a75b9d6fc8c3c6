import { createExportWriter, type ExportFormatName } from '../../adapters/index.ts';
import { createFold } from '../../fold/createFold.ts';
import type { Detail } from '../../model/detail.ts';
import type { EventOf, MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import type { DetailKey, RunLog } from '../run-log/RunLog.ts';
import { createTurns } from '../turns.ts';
import type { HistoryReader } from './historyReaders.ts';
import type { HistoryPosition, Page } from './RunHistory.ts';

export interface ExportOptions {
  readonly log: RunLog;
  readonly reader: HistoryReader;
  readonly format: ExportFormatName;
  /** What of the content goes out; `undefined`: none does. */
  readonly showContent: ((detail: Detail) => Detail) | undefined;
}

const FACTS_A_PAGE = 1000;
const LINES_A_PAGE = 500;

/** Writes runs one after the other, each from the log as it is then, projected for who asked. Text in parts. */
export async function* exportRuns(runIds: AsyncIterable<RunId>, options: ExportOptions): AsyncGenerator<string> {
  const writer = createExportWriter(options.format);
  yield writer.begin();
  for await (const runId of runIds) {
    const events = await readRun(runId, options);
    if (events.length === 0) continue; // it was let go meanwhile
    const fold = createFold();
    for (const event of events) fold.apply(event);
    fold.settle();
    const { reader } = fold;
    for (const id of reader.runIds) {
      const run = reader.getRun(id);
      if (!run) continue;
      yield writer.run({ run, spans: reader.spansOf(id), events, modelLines: reader.chargeLines(id, 'model') });
    }
  }
  yield writer.end();
}

async function readRun(runId: RunId, options: ExportOptions): Promise<MonitorEvent[]> {
  const { log, reader, showContent } = options;
  const { project, scope, showEvent } = reader;
  const { history } = log;
  const turns = createTurns();
  const events: MonitorEvent[] = [];
  const told = new Set<string>();
  const take = async (fact: MonitorEvent): Promise<void> => {
    await turns.giveWay();
    const shown = showEvent(fact);
    if (!shown) return;
    const detail = showContent && (await readContent(log, project, fact, told));
    events.push(detail ? ({ ...shown, detail: showContent(detail) } as MonitorEvent) : shown);
  };
  const asked = { runId, scope, limit: FACTS_A_PAGE };
  await eachPage(async (after) => history.facts(project, { ...asked, after }), take);
  const lines = { runIds: [runId], scope, withMessage: false, order: 'oldest', limit: LINES_A_PAGE } as const;
  await eachPage<{ readonly event: EventOf<'log'> }>(
    (after) => history.logs(project, { ...lines, after }),
    ({ event }) => take(event),
  );
  return events;
}

async function eachPage<Item>(
  ask: (after: HistoryPosition | undefined) => Promise<Page<Item> | undefined>,
  take: (item: Item) => Promise<void>,
): Promise<void> {
  let after: HistoryPosition | undefined;
  do {
    const page = await ask(after);
    for (const item of page?.items ?? []) await take(item);
    after = page?.next;
  } while (after);
}

/** The content of what a fact tells of, once for each: several facts tell of one span. */
async function readContent(
  log: RunLog,
  project: string,
  fact: MonitorEvent,
  told: Set<string>,
): Promise<Detail | undefined> {
  const key = contentKeyOf(fact);
  if (!key) return undefined;
  const name = JSON.stringify(key);
  if (told.has(name)) return undefined;
  told.add(name);
  return log.readDetail(project, key);
}

function contentKeyOf({ type, id, run, span, ref }: MonitorEvent): DetailKey | undefined {
  if (type === 'log') return { eventId: id };
  if (run === undefined) return undefined;
  if (type === 'approval.requested') return ref === undefined ? undefined : { runId: run, callId: ref };
  if (type.startsWith('span.')) return span === undefined ? undefined : { runId: run, spanId: span };
  return type.startsWith('run.') ? { runId: run } : undefined;
}
