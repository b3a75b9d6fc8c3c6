import { setField } from '../content.ts';

type Node = Map<string, Node | { readonly leaf: unknown }>;

/** Deeper paths are nothing that an instrumentation writes. */
const MAX_STEPS = 16;
/** Wrappers that say nothing but their own name. */
const wrappers: ReadonlySet<string> = new Set(['message', 'message_content', 'tool_call', 'document']);

const isIndex = (name: string): boolean => /^\d+$/.test(name);

/** Puts a list together again whose items came as attributes `0.role`, `1.content.2.text` …, in any order, with holes. */
export class FlattenedList {
  private readonly root: Node = new Map();

  add(path: string, leaf: unknown): void {
    const steps = path.split('.', MAX_STEPS);
    const last = steps.pop() ?? '';
    let node = this.root;
    for (const step of steps) {
      const next = node.get(step);
      if (next instanceof Map) node = next;
      else {
        const made: Node = new Map();
        node.set(step, made);
        node = made;
      }
    }
    if (!(node.get(last) instanceof Map)) node.set(last, { leaf });
  }

  value(): unknown {
    return valueOf(this.root);
  }
}

function valueOf(node: Node): unknown {
  const entries = [...node];
  if (entries.length > 0 && entries.every(([name]) => isIndex(name))) {
    return entries.sort(([left], [right]) => Number(left) - Number(right)).map(([, child]) => childValue(child));
  }
  const [only] = entries;
  if (only && entries.length === 1 && wrappers.has(only[0])) return childValue(only[1]);
  const record: Record<string, unknown> = {};
  for (const [name, child] of entries) setField(record, name, childValue(child));
  return record;
}

const childValue = (child: Node | { readonly leaf: unknown }): unknown =>
  child instanceof Map ? valueOf(child) : child.leaf;
