import type { Approval } from '../../model/approval.ts';
import type { Span, SpanKind } from '../../model/span.ts';
import type { Workflow, WorkflowNode } from '../../model/workflow.ts';
import { createGraphRefs, type GraphRef } from './graphRefs.ts';

/** Says which place of the graph a span or an approval belongs to. Pure: the same span gives the same ref. */
export interface SpanPlaces {
  /** `undefined`: it has no place of its own (a model call, a turn, a handoff, a name not yet known). */
  ofSpan(span: Span): GraphRef | undefined;
  ofApproval(approval: Approval): GraphRef;
  agent(name: string): GraphRef;
  /** What stands in the graph without any span. */
  readonly declaredRefs: readonly GraphRef[];
  readonly declaredEdges: readonly DeclaredEdge[];
}

export interface DeclaredEdge {
  readonly from: GraphRef;
  readonly to: GraphRef;
  readonly label: string | undefined;
}

const placedKinds: ReadonlySet<SpanKind> = new Set(['agent', 'tool', 'guardrail', 'mcp', 'retrieval', 'approval']);

/** The name that places a span: of an agent its own, of an MCP listing its server. */
const placeNameOf = (span: Span): string => {
  if (span.kind === 'agent') return span.name || (span.agentName ?? '');
  if (span.kind === 'mcp') return span.server ?? span.name;
  return span.name;
};

/** The graph that the spans show: agents, and what each of them used. */
export function discoverPlaces(refs = createGraphRefs(), agentOf = refs.agent): SpanPlaces {
  const step = (kind: SpanKind, agentName: string | undefined, name: string) =>
    refs.step(kind, agentName, name, agentName === undefined ? undefined : agentOf(agentName));
  return {
    ofSpan(span) {
      if (span.isPlaceholder || !placedKinds.has(span.kind)) return undefined;
      if (span.kind === 'approval') return step('approval', span.agentName, '');
      const name = placeNameOf(span);
      if (name === '') return undefined;
      return span.kind === 'agent' ? agentOf(name) : step(span.kind, span.agentName, name);
    },
    ofApproval: (approval) => step('approval', approval.agentName, ''),
    agent: agentOf,
    declaredRefs: [],
    declaredEdges: [],
  };
}

/** The graph of a workflow file; spans that match none of its nodes are placed as discovered ones. */
export function declarePlaces(workflow: Workflow): SpanPlaces {
  const refs = createGraphRefs();
  const refById = new Map<string, GraphRef>();
  const agents = agentAbove(workflow);
  const declare = (node: WorkflowNode): GraphRef => {
    const known = refById.get(node.id);
    if (known) return known;
    const above = agents.get(node.id);
    const ref = refs.declared({
      id: node.id,
      kind: node.kind,
      label: node.label,
      agentName: node.kind === 'agent' ? agentNameOf(node) : node.match?.agent,
      agent: above && above !== node ? declare(above) : undefined,
      x: node.x,
      y: node.y,
    });
    refById.set(node.id, ref);
    return ref;
  };
  /** kind, agent (`*` = any) and name to the place. The first node that says it has it. */
  const places = new Map<string, GraphRef>();
  const claim = (kind: SpanKind, agent: string | undefined, name: string, ref: GraphRef) => {
    const key = matchKey(kind, agent, name);
    if (!places.has(key)) places.set(key, ref);
  };
  for (const node of workflow.nodes) {
    const ref = declare(node);
    if (node.kind === 'agent') claim('agent', undefined, agentNameOf(node), ref);
    else if (node.kind === 'approval') claim('approval', node.match?.agent, node.match?.tool ?? '', ref);
    else claim(node.kind, node.match?.agent, node.match?.tool ?? node.match?.name ?? node.label, ref);
  }
  const find = (kind: SpanKind, agent: string | undefined, name: string): GraphRef | undefined =>
    (agent === undefined ? undefined : places.get(matchKey(kind, agent, name))) ??
    places.get(matchKey(kind, undefined, name));
  const edges: DeclaredEdge[] = [];
  for (const { from, to, label } of workflow.edges) {
    const source = refById.get(from);
    const target = refById.get(to);
    if (source && target) edges.push({ from: source, to: target, label });
  }
  const agent = (name: string) => find('agent', undefined, name) ?? refs.agent(name);
  const discovered = discoverPlaces(refs, agent);
  return {
    ofSpan(span) {
      if (span.isPlaceholder) return undefined;
      const name = placeNameOf(span);
      const declared =
        find(span.kind, span.kind === 'agent' ? undefined : span.agentName, name) ??
        (span.kind === 'llm' && span.model !== undefined ? find('llm', span.agentName, span.model) : undefined) ??
        (span.kind === 'approval' ? find('approval', span.agentName, '') : undefined);
      return declared ?? discovered.ofSpan(span);
    },
    ofApproval: (approval) =>
      find('approval', approval.agentName, approval.toolName ?? '') ??
      find('approval', approval.agentName, '') ??
      discovered.ofApproval(approval),
    agent,
    declaredRefs: [...refById.values()],
    declaredEdges: edges,
  };
}

const agentNameOf = (node: WorkflowNode): string => node.match?.agent ?? node.match?.name ?? node.label;

const matchKey = (kind: SpanKind, agent: string | undefined, name: string): string =>
  `${kind}\u001f${agent ?? '*'}\u001f${name}`;

/** The nearest agent that the edges lead from, for each node. */
function agentAbove(workflow: Workflow): ReadonlyMap<string, WorkflowNode> {
  const out = new Map<string, string[]>();
  for (const { from, to } of workflow.edges) {
    const targets = out.get(from);
    if (targets) targets.push(to);
    else out.set(from, [to]);
  }
  const nearest = new Map<string, WorkflowNode>();
  const queue: { id: string; agent: WorkflowNode }[] = [];
  for (const node of workflow.nodes) if (node.kind === 'agent') queue.push({ id: node.id, agent: node });
  for (const { id, agent } of queue) nearest.set(id, agent);
  for (let at = 0; at < queue.length; at += 1) {
    const { id, agent } = queue[at] as (typeof queue)[number];
    for (const target of out.get(id) ?? []) {
      if (nearest.has(target)) continue;
      nearest.set(target, agent);
      queue.push({ id: target, agent });
    }
  }
  return nearest;
}
