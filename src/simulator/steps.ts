import type { AgentName, ToolName } from './catalogue.ts';
import type { ToolRequest } from './modelCall.ts';
import type { OpenSpan, RunWriter } from './runWriter.ts';

export interface ToolSpec {
  readonly parent: OpenSpan;
  readonly toolName: ToolName;
  readonly args: object;
  readonly durationMs: number;
  readonly callId?: string | undefined;
  readonly result?: unknown;
  readonly attempt?: number | undefined;
  /** The attempt before it. */
  readonly retryOf?: OpenSpan | undefined;
  readonly error?: { readonly type: string; readonly code?: string | undefined; readonly message: string } | undefined;
  /** What happens inside the call, after its first tenth. */
  readonly inside?: ((tool: OpenSpan) => void) | undefined;
}

/** A tool call. With `error` it fails; whether that fails the run is the script's matter. */
export function toolCall(run: RunWriter, spec: ToolSpec): OpenSpan {
  const { parent, toolName, args, durationMs, callId, result, attempt, retryOf, error, inside } = spec;
  const startMs = run.nowMs;
  const span = run.begin({
    kind: 'tool',
    name: toolName,
    parent,
    callId,
    attempt,
    links: retryOf && [{ runId: run.runId, spanId: retryOf.spanId, relation: 'retry-of' }],
    sourceType: 'function',
    detail: { input: args },
  });
  if (inside) {
    run.wait(durationMs / 10);
    inside(span);
  }
  run.nowMs = Math.max(run.nowMs, startMs + Math.round(durationMs));
  run.end(span, {
    callId,
    attempt,
    errorType: error?.type,
    errorCode: error?.code,
    detail: error ? { error: { type: error.type, message: error.message } } : { output: result },
  });
  return span;
}

/** What a model asks for; the id is the model's. */
export const requestOf = (run: RunWriter, toolName: ToolName, args: object): ToolRequest => ({
  callId: `call_${run.world.random.hex(24)}`,
  toolName,
  args,
});

export interface AgentSpec {
  readonly name: AgentName;
  readonly parent?: OpenSpan | undefined;
  readonly toolNames?: readonly ToolName[] | undefined;
  readonly handoffNames?: readonly AgentName[] | undefined;
}

export const beginAgent = (run: RunWriter, { name, parent, toolNames, handoffNames }: AgentSpec): OpenSpan =>
  run.begin({
    kind: 'agent',
    name,
    agentName: name,
    parent,
    toolNames: toolNames && [...toolNames],
    handoffNames: handoffNames && [...handoffNames],
    sourceType: 'agent',
  });

/** One iteration of an agent's loop. */
export function inTurn(run: RunWriter, agent: OpenSpan, turn: number, body: (turn: OpenSpan) => void): void {
  const span = run.begin({ kind: 'turn', name: `turn ${turn}`, parent: agent, turn, sourceType: 'turn' });
  run.wait(4);
  body(span);
  run.wait(4);
  run.end(span, { turn });
}

/** The instant at which another agent takes over. */
export function handOff(run: RunWriter, parent: OpenSpan, fromAgent: AgentName, toAgent: AgentName): void {
  const span = run.begin({ kind: 'handoff', name: `handoff to ${toAgent}`, parent, fromAgent, sourceType: 'handoff' });
  run.wait(2);
  run.end(span, { fromAgent, toAgent });
  run.log('info', fromAgent, `handoff to ${toAgent}`, span);
}
