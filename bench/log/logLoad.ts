import { createHash } from 'node:crypto';
import { asRunId, asSpanId, type MonitorEvent } from 'spanlight/store';

/** Events as agents send them: runs of a trunk and ten ended calls, one line of the log for each. */
export interface LogLoad {
  next(count: number): readonly MonitorEvent[];
}

const SPANS_A_RUN = 10;
/** One in so many has another name, and fails. */
const RARE_RUNS = 25;
/** When the first run of a load starts. */
export const FIRST_MS = 1_790_000_000_000;
/** Runs start every 100 ms and have 22 events. */
export const MS_A_ROW = 5;

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
  let n = 0;
  const next = (ts: number) => {
    n += 1;
    return { id: idOf(ts, `${loads}-${n}`), sv: 1, ts, prod: { id: `load-${loads}`, n } } as const;
  };
  for (let index = 0; ; index += 1) {
    const run = asRunId(`trace_${loads}_${index.toString(16).padStart(26, '0')}`);
    const at = firstMs + index * 100;
    const name = index % RARE_RUNS === 0 ? 'Refund a customer' : 'Answer a customer';
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
      const end = { ...a, endedAtMs: at + call + 40, status: 'ok' as const, ...(usage && { usage }) };
      yield { ...next(at + call + 40), type: 'span.end', run, span, a: end };
    }
    const endedAtMs = at + 90;
    if (index % RARE_RUNS === 0)
      yield { ...next(endedAtMs), type: 'run.fail', run, a: { endedAtMs, errorCode: 'gone' } };
    else yield { ...next(endedAtMs), type: 'run.end', run, a: { endedAtMs } };
  }
}
