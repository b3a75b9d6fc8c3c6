import type { SpanKind } from '../../model/span.ts';
import type { GraphLevel } from './types.ts';

/** A node of the full graph, and where it goes in the coarser levels. One object a key, so that refs compare by identity. */
export interface GraphRef {
  readonly key: string;
  readonly kind: SpanKind;
  readonly label: string;
  readonly agentName?: string | undefined;
  readonly isDeclared: boolean;
  /** Itself, or the node of all its namesakes. */
  readonly grouped: GraphRef;
  /** Its agent. */
  readonly aggregated: GraphRef;
  readonly x?: number | undefined;
  readonly y?: number | undefined;
}

export function refAt(ref: GraphRef, level: GraphLevel): GraphRef {
  if (level === 'full') return ref;
  return level === 'grouped' ? ref.grouped : ref.aggregated;
}

/** Unit separator: names hold no control characters, ids of the model neither. */
const keyOf = (...parts: readonly string[]): string => parts.join('\u001f');

/** Makes the refs of one graph. */
export interface GraphRefs {
  readonly agent: (name: string) => GraphRef;
  /** What an agent uses. @param agent - where it is counted in when only agents are shown; without one it stands outside */
  step(kind: SpanKind, agentName: string | undefined, name: string, agent: GraphRef | undefined): GraphRef;
  declared(fields: DeclaredFields): GraphRef;
}

export interface DeclaredFields {
  readonly id: string;
  readonly kind: SpanKind;
  readonly label: string;
  readonly agentName: string | undefined;
  readonly agent: GraphRef | undefined;
  readonly x?: number | undefined;
  readonly y?: number | undefined;
}

type RefFields = Omit<GraphRef, 'grouped' | 'aggregated'>;

export function createGraphRefs(): GraphRefs {
  const known = new Map<string, GraphRef>();
  const keep = (fields: RefFields, grouped?: GraphRef, aggregated?: GraphRef): GraphRef => {
    const ref = { ...fields } as { -readonly [Field in keyof GraphRef]: GraphRef[Field] };
    ref.grouped = grouped ?? ref;
    ref.aggregated = aggregated ?? ref;
    known.set(ref.key, ref);
    return ref;
  };
  const outside = (): GraphRef =>
    known.get('outside') ?? keep({ key: 'outside', kind: 'custom', label: '', isDeclared: false });
  const namesakes = (kind: SpanKind, name: string): GraphRef => {
    const key = keyOf('each', kind, name);
    return known.get(key) ?? keep({ key, kind, label: name, isDeclared: false });
  };
  return {
    agent(name) {
      const key = keyOf('agent', name);
      return known.get(key) ?? keep({ key, kind: 'agent', label: name, agentName: name, isDeclared: false });
    },
    step(kind, agentName, name, agent) {
      const key = keyOf('step', kind, agentName ?? '', name);
      const fields = { key, kind, label: name, agentName, isDeclared: false };
      return known.get(key) ?? keep(fields, namesakes(kind, name), agent ?? outside());
    },
    declared({ id, agent, ...fields }) {
      const key = keyOf('file', id);
      const found = known.get(key);
      if (found) return found;
      if (fields.kind === 'agent') return keep({ key, ...fields, isDeclared: true });
      return keep({ key, ...fields, isDeclared: true }, namesakes(fields.kind, fields.label), agent ?? outside());
    },
  };
}
