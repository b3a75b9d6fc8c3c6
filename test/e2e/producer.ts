import { asRunId, asSpanId, type MonitorEvent } from 'spanlight/store';

/** A process that reports, numbers its events and knows which of them were taken. */
export class TestProducer {
  readonly acked: MonitorEvent[] = [];
  lost = 0;
  #number = 0;
  readonly #id: string;
  readonly #token: string;

  constructor(id: string, token: string) {
    this.#id = id;
    this.#token = token;
  }

  /** A run of one agent with `tools` tool calls, all ended. */
  makeRun(name: string, tools: number): MonitorEvent[] {
    const run = asRunId(`trace_${name}`);
    const root = asSpanId(`${name}-agent`);
    const at = Date.now();
    const common = { sv: 1, run };
    const events: MonitorEvent[] = [
      { ...common, ...this.#next(), ts: at, type: 'run.start', a: { name: `Run ${name}`, startedAtMs: at } },
      {
        ...common,
        ...this.#next(),
        ts: at,
        type: 'span.start',
        span: root,
        a: { kind: 'agent', name: 'Load Agent', startedAtMs: at },
      },
    ];
    for (let tool = 0; tool < tools; tool += 1) {
      const span = asSpanId(`${name}-tool-${tool}`);
      const fields = { ...common, span, parent: root };
      events.push(
        {
          ...fields,
          ...this.#next(),
          ts: at + tool,
          type: 'span.start',
          a: { kind: 'tool', name: 'lookup', startedAtMs: at + tool },
        },
        {
          ...fields,
          ...this.#next(),
          ts: at + tool + 1,
          type: 'span.end',
          a: { endedAtMs: at + tool + 1, status: 'ok' },
        },
      );
    }
    events.push({
      ...common,
      ...this.#next(),
      span: root,
      ts: at + tools + 1,
      type: 'span.end',
      a: { endedAtMs: at + tools + 1, status: 'ok' },
    });
    return events;
  }

  /** Posts the events; a relay that is not there loses them, as a process without a spool would. */
  async send(relayUrl: string, events: readonly MonitorEvent[]): Promise<boolean> {
    const isTaken = await fetch(`${relayUrl}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
      body: JSON.stringify({ events }),
    }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isTaken) this.acked.push(...events);
    else this.lost += events.length;
    return isTaken;
  }

  #next() {
    this.#number += 1;
    return { id: `${this.#id}-${this.#number}`, prod: { id: this.#id, n: this.#number } };
  }
}
