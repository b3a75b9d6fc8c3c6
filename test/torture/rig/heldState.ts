import type { EntityReader } from '../../../src/fold/types.ts';

/** What is no fact of the log: how often an object changed, when this reader heard of it, what this reader held before. */
const own = new Set(['revision', 'lastEventAtMs', 'isBeforeRestart', 'source']);

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).filter((name) => !own.has(name) && fields[name] !== undefined);
  return Object.fromEntries(names.sort().map((name) => [name, canonical(fields[name])]));
};

/** Everything that is held of each run, in an order of its own. @param isWanted - which runs */
export function readHeld(reader: EntityReader, isWanted: (runId: string) => boolean = () => true): Map<string, string> {
  const held = new Map<string, string>();
  for (const runId of [...reader.runIds].filter(isWanted).sort()) {
    const spans = [...reader.spansOf(runId)].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
    const approvals = [...reader.approvalsOf(runId)].sort((a, b) => (a.callId < b.callId ? -1 : 1));
    held.set(runId, JSON.stringify(canonical({ run: reader.getRun(runId), spans, approvals })));
  }
  return held;
}
