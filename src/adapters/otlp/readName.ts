import type { SpanKind } from '../../model/span.ts';
import { slotOf } from './attributeTable.ts';

const agent = slotOf('agentName');
const agentId = slotOf('agentId');
const tool = slotOf('toolName');
const entity = slotOf('entityName');
const functionId = slotOf('functionId');

/** What conventions put before a name in the name of the span. */
const prefixes: Partial<Record<SpanKind, readonly string[]>> = {
  agent: ['invoke_agent ', 'create_agent '],
  tool: ['execute_tool ', 'tools/call '],
};

/** Attributes that name what a span of a kind is about, best first. */
const nameSlots: Partial<Record<SpanKind, readonly number[]>> = {
  agent: [agent, entity, functionId],
  tool: [tool, entity],
  guardrail: [tool],
  task: [entity],
};

const noSlots: readonly number[] = [];
const noPrefixes: readonly string[] = [];

/** Agents and tools go by their own name, not by the name of the step. */
export function readName(values: readonly unknown[], kind: SpanKind, spanName: string | undefined): string | undefined {
  for (const slot of nameSlots[kind] ?? noSlots) {
    const name = values[slot];
    if (name !== undefined) return name as string;
  }
  for (const prefix of prefixes[kind] ?? noPrefixes) {
    if (spanName?.startsWith(prefix) && spanName.length > prefix.length) return spanName.slice(prefix.length);
  }
  // A remote agent that goes by its id alone.
  if (kind === 'agent' && spanName === 'invoke_agent') return (values[agentId] as string | undefined) ?? spanName;
  return spanName;
}
