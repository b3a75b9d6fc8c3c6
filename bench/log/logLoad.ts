import { createHash } from 'node:crypto';
import { asRunId, asSpanId, type MonitorEvent } from 'spanlight/store';

/** Events as agents send them: runs of a trunk and ten ended calls, with one line of the log for each run. */
export interface LogLoad {
  next(count: number): readonly MonitorEvent[];
}

const SPANS_A_RUN = 10;
/** One in so many has another name, and fails at its last call; its line says so. */
const RARE_RUNS = 25;
/** Between the starts of two runs: fifty thousand rows are more than an hour. */
export const MS_A_RUN = 2000;
/** When the first run of a load starts. */
export const FIRST_MS = 1_790_000_000_000;
/** Runs have 23 events. */
export const MS_A_ROW = MS_A_RUN / 23;

/** @param firstMs - when its first run starts, epoch ms */
export function createLogLoad(firstMs = FIRST_MS): LogLoad {
  const events = createEvents(firstMs);
  return {
    next: (count) => Array.from({ length: count }, () => events.next().value as MonitorEvent),
  };
}

let loads = 0;

/** As the ids that adapters make: the second of the event, and no order within it. */
const idOf = (atMs: number, text: string): string =>
  Math.floor(atMs / 1000).toString(16) + createHash('md5').update(text).digest('hex').slice(8);

function* createEvents(firstMs: number): Generator<MonitorEvent, never> {
  loads += 1;
  const load = loads;
  let n = 0;
  const next = (ts: number) => {
    n += 1;
    return { id: idOf(ts, `${load}-${n}`), sv: 1, ts, prod: { id: `load-${load}`, n } } as const;
  };
  for (let index = 0; ; index += 1) {
    const run = asRunId(`trace_${load}_${index.toString(16).padStart(26, '0')}`);
    const at = firstMs + index * MS_A_RUN;
    const isRare = index % RARE_RUNS === 0;
    const name = isRare ? 'Refund a customer' : 'Answer a customer';
    yield { ...next(at), type: 'run.start', run, a: { name, startedAtMs: at } };
    for (let call = 0; call < SPANS_A_RUN; call += 1) {
      const span = asSpanId(`span_${index.toString(16)}_${call}`);
      const isModel = call % 2 === 0;
      const a = {
        name: isModel ? 'answer' : 'look_up',
        agentName: `Agent ${index % 20}`,
        startedAtMs: at + call,
        ...(isModel ? ({ kind: 'llm', model: 'gpt-5.4', provider: 'openai' } as const) : ({ kind: 'tool' } as const)),
      };
      yield { ...next(at + call), type: 'span.start', run, span, a };
      const usage = isModel
        ? { inputTokens: 900, outputTokens: 80, totalTokens: 980, scope: 'leaf' as const }
        : undefined;
      const isFailed = isRare && call === SPANS_A_RUN - 1;
      const outcome = isFailed ? ({ status: 'error', errorType: 'ToolError' } as const) : ({ status: 'ok' } as const);
      const end = { ...a, endedAtMs: at + call + 40, ...outcome, ...(usage && { usage }) };
      yield { ...next(at + call + 40), type: 'span.end', run, span, a: end };
    }
    const endedAtMs = at + 90;
    const line = { level: isRare ? ('error' as const) : ('info' as const), sourceName: 'worker' };
    const message = isRare ? 'The refund was refused' : 'The customer has an answer';
    yield { ...next(endedAtMs), type: 'log', run, a: line, detail: { message } };
    if (isRare) yield { ...next(endedAtMs), type: 'run.fail', run, a: { endedAtMs, errorCode: 'gone' } };
    else yield { ...next(endedAtMs), type: 'run.end', run, a: { endedAtMs } };
  }
}
