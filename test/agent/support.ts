import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as sdk from '@openai/agents';
import { createDemoAgents, type DemoAgents } from '../../src/cli/demo/demoAgents.ts';
import { type ScriptedModel, startScriptedModel } from '../../src/cli/demo/scriptedModel.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { createSeededRandom } from '../../src/simulator/seededRandom.ts';

/** How a sink answers one POST; `undefined` leaves it open for ever. */
export type SinkAnswer = (events: readonly MonitorEvent[], count: number) => SinkReply | undefined;
interface SinkReply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export interface Sink {
  readonly url: string;
  /** What was taken, in the order it came. */
  readonly events: MonitorEvent[];
  readonly requests: {
    readonly authorization: string | undefined;
    readonly sizeBytes: number;
    readonly count: number;
  }[];
  close(): Promise<void>;
}

export const takeAll: SinkAnswer = (events) => ({
  status: 200,
  body: { durable: 'memory', events: events.map(({ id }, index) => ({ id, st: 'ok', seq: index + 1 })) },
});

/** A real HTTP server in the place of the relay. */
export async function startSink(answer: SinkAnswer = takeAll, port = 0): Promise<Sink> {
  const events: MonitorEvent[] = [];
  const requests: Sink['requests'] = [];
  const server = createServer((request, response) => {
    void receive(request, response);
  });
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString('utf8');
    const sent = (JSON.parse(body) as { events: MonitorEvent[] }).events;
    requests.push({
      authorization: request.headers.authorization,
      sizeBytes: Buffer.byteLength(body),
      count: sent.length,
    });
    const reply = answer(sent, requests.length);
    if (!reply) return;
    if (reply.status < 300) events.push(...sent);
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.body ?? {}));
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, events, requests, close };
}

export interface DemoRig {
  readonly sdk: typeof sdk;
  readonly agents: DemoAgents;
  readonly model: ScriptedModel;
  readonly runner: (kind: 'responses' | 'chat', config?: ConstructorParameters<typeof sdk.Runner>[0]) => sdk.Runner;
}

/** The real SDK and the demo's agents on the scripted model, at full speed. */
export async function startDemoRig(): Promise<DemoRig> {
  const model = await startScriptedModel({ seed: 1, pace: 0 });
  const agents = createDemoAgents({ sdk, random: createSeededRandom(1), pace: 0 });
  sdk.setTracingDisabled(false); // under Vitest, NODE_ENV is test and the SDK traces nothing
  const runner: DemoRig['runner'] = (kind, config = {}) =>
    new sdk.Runner({
      modelProvider: new sdk.OpenAIProvider({
        baseURL: model.url,
        apiKey: 'scripted',
        useResponses: kind === 'responses',
      }),
      ...config,
    });
  return { sdk, agents, model, runner };
}
