import { parseRecord } from '../content.ts';
import { nameOf } from '../names.ts';
import { slotOf } from './attributeTable.ts';

export interface HandoffReading {
  readonly fromAgent: string | undefined;
  readonly toAgent: string | undefined;
}

const toolName = slotOf('toolName');
const input = slotOf('input');
const output = slotOf('output');
const prefix = 'handoff_to_';

/** OpenInference reports the handoff of an agents SDK as a tool called `handoff_to_<agent>`. Nothing else is taken for one. */
export function readHandoff(values: readonly unknown[], spanName: string | undefined): HandoffReading | undefined {
  const tool = values[toolName];
  if (typeof tool !== 'string' || !tool.startsWith(prefix)) return undefined;
  if (spanName?.startsWith('handoff') !== true) return undefined;
  return {
    fromAgent: nameOf(parseRecord(values[input])?.['from_agent']),
    toAgent: nameOf(parseRecord(values[output])?.['to_agent']) ?? nameOf(tool.slice(prefix.length)),
  };
}
