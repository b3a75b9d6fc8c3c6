import { Agent, request } from 'node:http';
import type { SeededRandom } from 'spanlight/simulator';
import { asRunId, asSpanId, type MonitorEvent } from 'spanlight/store';
import type { IngestAnswer } from '../../../src/model/wire.ts';
import type { Ledger } from './ledger.ts';
import { tokens } from './tokens.ts';
import { pause } from './waitUntil.ts';

export interface ProducerOptions {
  readonly id: string;
  /** Where to post, asked before each try: it may change. */
  readonly url: () => string;
  readonly random: SeededRandom;
  readonly ledger?: Ledger | undefined;
  readonly token?: string;
  /** Epoch ms of its own clock. Default `Date.now`. */
  readonly now?: () => number;
  /** Bytes of content in each tool call. Default 0. */
  readonly detailBytes?: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly retryAfterSec: number | undefined;
  readonly body: IngestAnswer | undefined;
  readonly text: string;
}

/** One post without any retry. `status` 0: no answer came. */
export function postEvents(
  url: string,
  body: string | Buffer,
  { token = tokens.ingest as string, timeoutMs = 10_000, agent = undefined as Agent | undefined, headers = {} } = {},
): Promise<PostAnswer> {
  return new Promise((resolve) => {
    const nothing = () => resolve({ status: 0, retryAfterSec: undefined, body: undefined, text: '' });
    const sent = request(
      `${url}/v1/events`,
      {
        method: 'POST',
        agent,
        timeout: timeoutMs,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('error', nothing);
        answer.on('end', () => {
          const retryAfter = answer.headers['retry-after'];
          const isTaken = answer.statusCode === 200;
          resolve({
            status: answer.statusCode ?? 0,
            retryAfterSec: retryAfter === undefined ? undefined : Number(retryAfter),
            body: isTaken ? (JSON.parse(text) as IngestAnswer) : undefined,
            text,
          });
        });
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', nothing);
    sent.end(body);
  });
}

/** Reports runs, numbers its events, sends each until it is acked, and notes every ack in the ledger. */
export class Producer {
  readonly sent: MonitorEvent[] = [];
  acked = 0;
  retries = 0;
  readonly #options: ProducerOptions;
  readonly #now: () => number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  #number = 0;
  #run = 0;
  #waiting: MonitorEvent[] = [];

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** The next events: runs of an agent with model and tool calls, started and ended one after the other. */
  take(count: number): MonitorEvent[] {
    while (this.#waiting.length < count)
      this.#waiting.push(...this.makeRun(1 + Math.floor(this.#options.random.next() * 6)));
    return this.#waiting.splice(0, count);
  }

  makeRun(tools: number, name = `${this.#options.id}-${(this.#run += 1)}`): MonitorEvent[] {
    const { random, detailBytes = 0 } = this.#options;
    const run = asRunId(`trace_${name}`);
    const root = asSpanId(`${name}-agent`);
    const at = this.#now();
    const events: MonitorEvent[] = [
      this.#event({ run, ts: at, type: 'run.start', a: { name: 'Torture', startedAtMs: at, userId: `user-${name}` } }),
      this.#event({
        run,
        span: root,
        ts: at,
        type: 'span.start',
        a: { kind: 'agent', name: 'Load Agent', startedAtMs: at },
      }),
    ];
    for (let tool = 0; tool < tools; tool += 1) {
      const span = asSpanId(`${name}-step-${tool}`);
      const isModel = random.chance(0.3);
      const startedAtMs = at + tool * 10;
      const kind = isModel ? 'llm' : 'tool';
      const start = {
        kind,
        name: isModel ? 'gpt-5-mini' : random.pick(['lookup', 'refund', 'search docs']),
        startedAtMs,
      } as const;
      const detail = detailBytes > 0 ? { input: random.hex(detailBytes) } : undefined;
      events.push(
        this.#event({
          run,
          span,
          parent: root,
          ts: startedAtMs,
          type: 'span.start',
          a: start,
          ...(detail && { detail }),
        }),
      );
      const hasFailed = random.chance(0.1);
      events.push(
        this.#event({
          run,
          span,
          parent: root,
          ts: startedAtMs + 5,
          type: 'span.end',
          a: {
            endedAtMs: startedAtMs + 5,
            status: hasFailed ? 'error' : 'ok',
            ...(hasFailed && { errorCode: 'tool.failed' }),
            ...(isModel && {
              model: 'gpt-5-mini',
              usage: { scope: 'leaf', inputTokens: random.whole(1, 900), outputTokens: random.whole(1, 90) },
            }),
          },
        }),
      );
    }
    const endedAtMs = at + tools * 10 + 1;
    events.push(this.#event({ run, span: root, ts: endedAtMs, type: 'span.end', a: { endedAtMs, status: 'ok' } }));
    events.push(this.#event({ run, ts: endedAtMs, type: 'run.end', a: { endedAtMs } }));
    return events;
  }

  /** Lets so many events go unsent, as a full spool would: their numbers are missing. More than it has made ready. */
  skip(count: number): void {
    this.#number += count - this.#waiting.length;
    this.#waiting = [];
  }

  /** Sends until it is acked. @returns `undefined`: given up since `until` was over */
  async send(events: readonly MonitorEvent[], until?: AbortSignal): Promise<IngestAnswer | undefined> {
    const body = JSON.stringify({ events });
    this.sent.push(...events);
    for (;;) {
      const answer = await postEvents(this.#options.url(), body, {
        token: this.#options.token ?? tokens.ingest,
        agent: this.#agent,
      });
      if (answer.body) {
        const { durable, events: verdicts } = answer.body;
        const taken = verdicts.filter(({ st }) => st !== 'bad');
        this.acked += taken.length;
        this.#options.ledger?.write(taken.map(({ id, seq }) => ({ id: id ?? '', seq, durable })));
        return answer.body;
      }
      if (until?.aborted) return undefined;
      this.retries += 1;
      await pause(Math.min(1000, 1000 * (answer.retryAfterSec ?? 0.02)) * (0.5 + this.#options.random.next()));
    }
  }

  /** Sends batches at a rate until it is told to stop. */
  async run(ratePerSec: number, batch: number, until: AbortSignal): Promise<void> {
    const startMs = performance.now();
    let sent = 0;
    while (!until.aborted) {
      const dueMs = startMs + (sent / ratePerSec) * 1000;
      if (dueMs > performance.now()) await pause(Math.min(200, dueMs - performance.now()));
      if (until.aborted) break;
      if (dueMs > performance.now()) continue;
      await this.send(this.take(batch), until);
      sent += batch;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #event(fields: Pick<MonitorEvent, 'run' | 'ts' | 'type' | 'a'> & Partial<MonitorEvent>): MonitorEvent {
    this.#number += 1;
    const { id } = this.#options;
    return { id: `${id}-${this.#number}`, sv: 1, prod: { id, n: this.#number }, ...fields } as MonitorEvent;
  }
}
