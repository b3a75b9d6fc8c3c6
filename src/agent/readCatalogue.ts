import { asText } from '../adapters/looseRecord.ts';
import type { Catalogue } from './options.ts';
import { readProperty } from './readProperty.ts';

const MAX_AGENTS = 256;

/** Names that these agents and the agents they hand off to declare: their own, their tools', their guardrails', their models'. */
export function readCatalogue(agents: readonly unknown[]): Required<Omit<Catalogue, 'workflowNames'>> {
  const agentNames = new Set<string>();
  const toolNames = new Set<string>();
  const guardrailNames = new Set<string>();
  const modelNames = new Set<string>();
  const waiting = [...agents];
  const seen = new Set<unknown>();
  while (waiting.length > 0 && seen.size < MAX_AGENTS) {
    const next = waiting.shift();
    const agent = readProperty(next, 'agent') ?? next; // a handoff object names its agent
    if (seen.has(agent)) continue;
    seen.add(agent);
    addName(agentNames, readProperty(agent, 'name'));
    addName(modelNames, readProperty(agent, 'model'));
    for (const tool of listOf(agent, 'tools')) addName(toolNames, readProperty(tool, 'name'));
    for (const key of ['inputGuardrails', 'outputGuardrails']) {
      for (const guardrail of listOf(agent, key)) addName(guardrailNames, readProperty(guardrail, 'name'));
    }
    waiting.push(...listOf(agent, 'handoffs'));
  }
  return {
    agentNames: [...agentNames],
    toolNames: [...toolNames],
    guardrailNames: [...guardrailNames],
    modelNames: [...modelNames],
  };
}

function addName(names: Set<string>, value: unknown): void {
  const name = asText(value);
  if (name !== undefined) names.add(name);
}

function listOf(holder: unknown, key: string): readonly unknown[] {
  const list = readProperty(holder, key);
  return Array.isArray(list) ? (list as unknown[]) : [];
}
