import { type AgentId, agentNames, type ScriptedCall, type ScriptedTurn, scenarioOf } from './scenarios.ts';

type Loose = Readonly<Record<string, unknown>>;

/** A request of the agents, read from either wire format. */
export interface ModelRequest {
  readonly model: string;
  readonly isStreamed: boolean;
  readonly agent: AgentId;
  /** What the person asked first. */
  readonly userText: string;
  /** Names of the tools that were called in this conversation, in order. */
  readonly calledTools: readonly string[];
  /** Names of the tools on offer. */
  readonly offeredTools: readonly string[];
  /** All text of the request, for the token counts. */
  readonly sizeChars: number;
}

/** `POST /v1/responses`. */
export function readResponsesRequest(body: Loose): ModelRequest {
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : listOf(body.input);
  const calls = items.filter((item) => item.type === 'function_call');
  const user = items.find((item) => item.role === 'user');
  return {
    ...common(body),
    agent: agentOf(textOf(body.instructions)),
    userText: textOf(user?.content),
    calledTools: calls.map((call) => String(call.name)),
    offeredTools: listOf(body.tools).map((tool) => String(tool.name)),
  };
}

/** `POST /v1/chat/completions`. */
export function readChatRequest(body: Loose): ModelRequest {
  const messages = listOf(body.messages);
  const system = messages.find(({ role }) => role === 'system' || role === 'developer');
  const user = messages.find(({ role }) => role === 'user');
  const calls = messages.flatMap((message) => listOf(message.tool_calls));
  return {
    ...common(body),
    agent: agentOf(textOf(system?.content)),
    userText: textOf(user?.content),
    calledTools: calls.map((call) => String((call.function as Loose | undefined)?.name)),
    offeredTools: listOf(body.tools).map((tool) => String((tool.function as Loose | undefined)?.name)),
  };
}

export interface NextTurn {
  readonly turn: ScriptedTurn;
  /** Which turn of the agent it is, from 0. */
  readonly index: number;
}

/** What the script says next: the first turn of the agent whose calls have not all been made. */
export function nextTurnOf(request: ModelRequest): NextTurn {
  const scenario = scenarioOf(request.userText);
  const turns = scenario?.turns[request.agent] ?? fallbackTurns(request);
  const left = [...request.calledTools];
  for (const [index, turn] of turns.entries()) {
    if ('say' in turn) return { turn, index };
    const missing = turn.calls.filter((call) => !takeFrom(left, call.tool));
    if (missing.length > 0) return { turn, index };
  }
  return { turn: { say: 'Done.' }, index: turns.length };
}

/** A text outside the script, e.g. what one agent asks another: one tool, one answer. */
function fallbackTurns({ agent, offeredTools }: ModelRequest): readonly ScriptedTurn[] {
  const call: ScriptedCall = { tool: 'web_search', args: { query: 'background' } };
  const say = { say: 'Caches of this version keep dead connections after a failover. A restart clears them.' };
  return agent === 'research' && offeredTools.includes(call.tool) ? [{ calls: [call] }, say] : [say];
}

function takeFrom(names: string[], name: string): boolean {
  const at = names.indexOf(name);
  if (at < 0) return false;
  names.splice(at, 1);
  return true;
}

function common(body: Loose) {
  return {
    model: typeof body.model === 'string' ? body.model : 'gpt-5.4-mini',
    isStreamed: body.stream === true,
    sizeChars: JSON.stringify(body).length,
  };
}

function agentOf(instructions: string): AgentId {
  const found = (Object.keys(agentNames) as AgentId[]).find((id) => instructions.includes(agentNames[id]));
  return found ?? 'support';
}

const listOf = (value: unknown): readonly Loose[] => (Array.isArray(value) ? (value as Loose[]) : []);

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join(' ');
}
