import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createSeededRandom, type SeededRandom } from '../../simulator/seededRandom.ts';
import { completionOf, streamCompletion } from './chatWire.ts';
import { type ModelRequest, nextTurnOf, readChatRequest, readResponsesRequest } from './modelRequest.ts';
import { responseOf, type StreamedPiece, streamResponse, type TokenCounts } from './responsesWire.ts';
import { type AgentId, type ScriptedTurn, scenarioOf } from './scenarios.ts';

export interface ScriptedModelOptions {
  readonly seed: number;
  /** 1 is the pace of people, 0 answers at once. */
  readonly pace: number;
}

export interface ScriptedModel {
  /** What an OpenAI client is given as its base URL. */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Conversations whose faults are remembered. */
const MAX_CONVERSATIONS = 1_000;

/**
 * A model on loopback that speaks the OpenAI wire (`/v1/responses`, `/v1/chat/completions`, plain and streamed) and answers
 * by a script, with the delays, token counts and faults of a real one. It calls nobody and costs nothing.
 */
export async function startScriptedModel({ seed, pace }: ScriptedModelOptions): Promise<ScriptedModel> {
  const random = createSeededRandom(seed);
  const faultsGiven = new Map<string, number>();
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://model').pathname;
    const isChat = path === '/v1/chat/completions';
    if (request.method !== 'POST' || (!isChat && path !== '/v1/responses'))
      return refuse(response, 404, 'no such path');
    const body = JSON.parse(await readBody(request)) as Record<string, unknown>;
    const asked = isChat ? readChatRequest(body) : readResponsesRequest(body);
    const { turn, index } = nextTurnOf(asked);
    const fault = nextFault(asked, index);
    if (fault !== undefined) {
      await wait(200 * pace);
      return refuse(response, fault, fault === 400 ? 'the input is longer than the context window' : 'try again later');
    }
    const tokens = countTokens(asked, turn, random);
    const takesMs = (500 + tokens.output * 14) * (0.7 + random.next() * 0.9) * pace;
    const createdAtSec = Math.floor(Date.now() / 1000);
    if (isChat) {
      const completion = completionOf(turn, asked.model, tokens, createdAtSec);
      return asked.isStreamed
        ? stream(response, streamCompletion(completion), takesMs + writingMs(turn) * pace)
        : reply(response, completion, takesMs);
    }
    const answered = responseOf(turn, asked.model, tokens, createdAtSec);
    return asked.isStreamed
      ? stream(response, streamResponse(answered), takesMs + writingMs(turn) * pace)
      : reply(response, answered, takesMs);
  }

  /** Each conversation meets the faults of its scenario once, in their order. */
  function nextFault(asked: ModelRequest, turnIndex: number): number | undefined {
    const faults = scenarioOf(asked.userText)?.faults;
    if (!faults || faults.agent !== asked.agent || faults.turn !== turnIndex) return undefined;
    if (faults.statuses.includes(400)) return 400; // not cured by asking again
    const key = asked.userText;
    const given = faultsGiven.get(key) ?? 0;
    faultsGiven.delete(key);
    // Starts over after the last fault, because another person may ask the same.
    if (given < faults.statuses.length) faultsGiven.set(key, given + 1);
    if (faultsGiven.size > MAX_CONVERSATIONS) faultsGiven.delete(faultsGiven.keys().next().value ?? '');
    return faults.statuses[given];
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/v1`, close: () => closeServer(server) };
}

/** Tokens of what stands before the conversation: instructions, policies, what was looked up before. */
const contextTokens: Readonly<Record<AgentId, number>> = {
  support: 3_200,
  billing: 5_400,
  research: 9_800,
  operations: 4_100,
};

function countTokens(asked: ModelRequest, turn: ScriptedTurn, random: SeededRandom): TokenCounts {
  const input = contextTokens[asked.agent] + Math.ceil(asked.sizeChars / 4);
  const cached = asked.calledTools.length > 0 ? Math.floor((input * 0.7) / 128) * 128 : 0;
  const said = 'say' in turn ? turn.say.length / 4 : turn.calls.length * 22;
  const reasoning = asked.model.startsWith('gpt-4') ? 0 : random.whole(2, 12) * 8;
  return { input, cached, output: Math.ceil(said) + reasoning + random.whole(2, 20), reasoning };
}

/** A streamed answer is written as fast as a person reads along. */
const MS_PER_CHARACTER = 22;
const writingMs = (turn: ScriptedTurn): number => ('say' in turn ? turn.say.length * MS_PER_CHARACTER : 0);

async function reply(response: ServerResponse, body: object, takesMs: number): Promise<void> {
  await wait(takesMs);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function stream(response: ServerResponse, pieces: Iterable<StreamedPiece>, takesMs: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const { text, share } of pieces) {
    if (takesMs > 0) await wait(takesMs * share);
    if (response.destroyed) return;
    response.write(text);
  }
  response.end();
}

function refuse(response: ServerResponse, status: number, message: string): void {
  // The client library must not retry by itself: the agents do, so that each attempt shows as a model call.
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-should-retry': 'false' };
  if (status === 429) headers['retry-after'] = '1';
  response.writeHead(status, headers);
  response.end(JSON.stringify({ error: { message, type: 'scripted_error', code: `scripted_${status}` } }));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
