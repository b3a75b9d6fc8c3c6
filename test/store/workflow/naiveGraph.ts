import { asRunId, type MonitorState, type Span, spanKeyOf } from 'spanlight/store';

export interface NaiveNode {
  calls: number;
  failed: number;
  rejected: number;
  totalUs: number;
  state: string;
}

const placed = new Set(['agent', 'tool', 'guardrail', 'mcp', 'retrieval', 'approval']);

const placeOf = (span: Span): string | undefined => {
  if (span.isPlaceholder || !placed.has(span.kind)) return undefined;
  if (span.kind === 'agent') return span.name || span.agentName ? `agent/${span.name || span.agentName}` : undefined;
  if (span.kind === 'approval') return `approval/${span.agentName ?? ''}/`;
  const name = span.kind === 'mcp' ? (span.server ?? span.name) : span.name;
  return name === '' ? undefined : `${span.kind}/${span.agentName ?? ''}/${name}`;
};

/** The full graph, worked out from all spans with no index: what {@link createWorkflowGraph} must come to. */
export function naiveGraph(state: MonitorState, onlyRun?: string) {
  const nodes = new Map<string, NaiveNode & { waiting: number; open: number }>();
  const edges = new Map<string, number>();
  const nodeAt = (key: string) => {
    let node = nodes.get(key);
    if (!node) {
      node = { calls: 0, failed: 0, rejected: 0, totalUs: 0, state: 'off', waiting: 0, open: 0 };
      nodes.set(key, node);
    }
    return node;
  };
  const pass = (from: string | undefined, to: string, relation: string, by: number) => {
    if (from === undefined) return;
    nodeAt(from);
    if (from !== to) edges.set(`${from}>${to}:${relation}`, (edges.get(`${from}>${to}:${relation}`) ?? 0) + by);
  };
  const { entities } = state;
  for (const runId of entities.runIds) {
    if (onlyRun !== undefined && runId !== onlyRun) continue;
    for (const span of entities.spansOf(runId)) {
      const agent = span.agentName === undefined ? undefined : `agent/${span.agentName}`;
      let owner: string | undefined;
      for (let at: Span | undefined = span; at && owner === undefined; ) {
        at =
          at.parentId === undefined || at.isCycleCut
            ? undefined
            : entities.getSpan(spanKeyOf(asRunId(runId), at.parentId));
        owner = at && placeOf(at);
      }
      const isRejected = span.isExecuted === false && span.status === 'error';
      const isOpen = span.status === 'running' || span.status === 'waiting';
      const isSkipped = span.isExecuted === false && !isRejected && !isOpen;
      const by = isSkipped ? 0 : 1;
      if (span.kind === 'handoff') {
        if (span.toAgent === undefined) continue;
        nodeAt(`agent/${span.toAgent}`);
        pass(
          span.fromAgent === undefined ? (agent ?? owner) : `agent/${span.fromAgent}`,
          `agent/${span.toAgent}`,
          'handoff',
          by,
        );
        continue;
      }
      const place = placeOf(span);
      if (place === undefined) continue;
      const node = nodeAt(place);
      if (span.status === 'waiting') node.waiting += 1;
      else if (span.status === 'running') node.open += 1;
      else if (isRejected) node.rejected += 1;
      else if (!isSkipped && span.status === 'error') node.failed += 1;
      if (!isRejected && !isSkipped) {
        node.calls += 1;
        if (span.status !== 'running' && span.startedAtMs !== undefined && span.endedAtMs !== undefined)
          node.totalUs += Math.max(0, Math.round((span.endedAtMs - span.startedAtMs) * 1000));
      }
      pass(
        owner ?? (span.kind === 'agent' ? undefined : agent),
        place,
        span.kind === 'agent' ? 'agent-tool' : 'call',
        by,
      );
    }
  }
  for (const node of nodes.values()) {
    if (node.waiting > 0) node.state = 'waiting';
    else if (node.open > 0) node.state = 'live';
    else if (node.failed + node.rejected > 0) node.state = 'err';
    else if (node.calls > 0) node.state = 'done';
  }
  return { nodes, edges };
}
