import type { Touched } from '../../fold/types.ts';
import type { SpanId } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import { type ReadParts, runToEnd } from '../slices.ts';
import { loadNodes } from './loadNodes.ts';
import { isOpenSpan } from './spanAmounts.ts';
import { type RunTreeOptions, TreeNodes } from './treeNodes.ts';
import { type Node, startOf } from './treeTable.ts';

/** A run that is being read, beside the tree that is shown meanwhile. */
interface Loading {
  readonly nodes: TreeNodes;
  readonly slices: Generator<void>;
}

/** When more than this share of the spans changed at once, reading all anew is cheaper. */
const BULK_SHARE = 0.25;
const BULK_LEAST = 512;

/** The spans of a run as a tree, kept from what flushes touched. */
export class RunTree {
  /** Replaced as a whole by {@link load}. */
  nodes: TreeNodes;
  private readonly options: RunTreeOptions;
  private readonly atOnce: number;
  private readonly stride: number;
  private pending = new Map<SpanId, Span>();
  private isRestructured = false;
  private loading: Loading | undefined;

  /** @param parts - a larger run is read by {@link loadMore}. Default: all at once */
  constructor(options: RunTreeOptions, parts?: Omit<ReadParts, 'next'>) {
    this.options = options;
    this.stride = parts?.spans ?? Number.POSITIVE_INFINITY;
    this.atOnce = parts?.atOnce ?? this.stride;
    this.nodes = new TreeNodes(options);
  }

  /** Keeps what a flush touched until {@link settle}. @returns whether there is something to settle */
  note(touched: Touched): boolean {
    const { runId } = this.options;
    for (const span of touched.spans) if (span.runId === runId) this.pending.set(span.spanId, span);
    if (touched.restructuredRunIds.has(runId)) this.isRestructured = true;
    return this.isRestructured || this.pending.size > 0;
  }

  /** More was touched at once than is taken in at once: {@link settle} is to be called again. */
  get isBehind(): boolean {
    return !this.loading && this.pending.size > 0;
  }

  /** Takes in what was touched; of very much the first part. @returns whether rows moved */
  settle(): boolean {
    if (this.loading) return false; // what is touched meanwhile waits
    const { runId, readEntities } = this.options;
    const run = readEntities().getRun(runId);
    const { size } = this.pending;
    // All at once: a snapshot took the place of what was held, or the run is gone.
    const isAll = this.isRestructured && size >= (run?.spanCount ?? 0);
    this.isRestructured = false;
    if (isAll || size > Math.max(BULK_LEAST, this.nodes.table.size * BULK_SHARE)) return this.reload();
    const isMoved = applySpans(this.nodes, this.takePending());
    if (this.isBehind) return isMoved;
    return run !== undefined && run.spanCount < this.nodes.spanCount ? this.reload() : isMoved;
  }

  private takePending(): ReadonlyMap<SpanId, Span> {
    const { pending, atOnce, stride } = this;
    if (pending.size <= atOnce) {
      this.pending = new Map();
      return pending;
    }
    const taken = new Map<SpanId, Span>();
    for (const [spanId, span] of pending) {
      if (taken.size === stride) break;
      taken.set(spanId, span);
      pending.delete(spanId);
    }
    return taken;
  }

  /** Reads the run anew. A large one shows its first part at once, and all in the end. @returns that rows moved */
  load(): true {
    this.loading = undefined;
    this.pending = new Map();
    this.isRestructured = false;
    this.nodes = new TreeNodes(this.options);
    const { head, isAll } = this.readHead();
    runToEnd(loadNodes(this.nodes, { spans: head, isWhole: isAll, stride: Number.POSITIVE_INFINITY }));
    if (!isAll) this.loadAside();
    return true;
  }

  /** Reads the run anew; of a large one, what is shown stays until all is read. @returns whether rows moved */
  private reload(): boolean {
    if (this.nodes.spanCount <= this.atOnce || this.readHead().isAll) return this.load();
    this.pending = new Map();
    this.isRestructured = false;
    this.loadAside();
    return false;
  }

  /** The first spans, and whether there are no others. */
  private readHead(): { readonly head: Iterable<Span>; readonly isAll: boolean } {
    const spans = this.options.readEntities().spansOf(this.options.runId);
    if (!Number.isFinite(this.atOnce)) return { head: spans, isAll: true };
    const head: Span[] = [];
    for (const span of spans) {
      if (head.length === this.atOnce) return { head, isAll: false };
      head.push(span);
    }
    return { head, isAll: true };
  }

  private loadAside(): void {
    const nodes = new TreeNodes(this.options);
    const spans = this.options.readEntities().spansOf(this.options.runId);
    this.loading = { nodes, slices: loadNodes(nodes, { spans, isWhole: true, stride: this.stride }) };
  }

  /** Spans wait to be read: the tree shows a part of them, or how they were before. */
  get isLoading(): boolean {
    return this.loading !== undefined;
  }

  /** Spans that are read, of those that are held. */
  get readCount(): number {
    return (this.loading?.nodes ?? this.nodes).spanCount;
  }

  /** Reads the next part. @returns whether all is read, and shown */
  loadMore(): boolean {
    const { loading } = this;
    if (!loading) return true;
    if (!loading.slices.next().done) return false;
    this.loading = undefined;
    this.nodes = loading.nodes;
    this.nodes.applyChoices(); // somebody may have folded rows of the part that was shown
    return true;
  }
}

/** Takes in what a flush touched. @returns whether rows moved or say something else */
function applySpans(nodes: TreeNodes, spans: ReadonlyMap<SpanId, Span>): boolean {
  const { table, shape, lost, handoffs, options } = nodes;
  let isRegroupDue = false;
  const addLost = (node: Node) => shape.add(node);

  const insert = (span: Span): Node => {
    const node = nodes.create(span.spanId, span);
    table.setHidden(node, nodes.isHiddenSpan(span));
    nodes.count(undefined, span);
    shape.add(node);
    if (span.isPlaceholder) lost.add(node);
    nodes.adopt(node, nodes.parentFor(span, addLost));
    nodes.noteFacts(node, undefined);
    return node;
  };
  const update = (node: Node, span: Span) => {
    const before = table.spans[node];
    const startMs = span.isPlaceholder ? table.startOf(node) : startOf(span);
    const parent = nodes.parentFor(span, addLost);
    const parentBefore = table.parentOf(node);
    const isParentNew = parent !== parentBefore;
    if (isParentNew || startMs !== table.startOf(node)) {
      shape.uproot(node);
      table.starts[node] = startMs;
      lost.noteChild(parentBefore, 0);
      if (isParentNew) nodes.adopt(node, parent);
    }
    table.spans[node] = span;
    nodes.count(before, span);
    if (!span.isPlaceholder) lost.delete(node);
    const isHidden = nodes.isHiddenSpan(span);
    const isHiddenNew = isHidden !== table.isHidden(node);
    const isAgentNew = (before?.kind === 'agent') !== (span.kind === 'agent');
    // What stands above handoffs or agents changed.
    if (isParentNew || isHiddenNew || isAgentNew) isRegroupDue = true;
    if (isHiddenNew) {
      shape.setHidden(node, isHidden);
      nodes.areLabelsChanged = true;
    }
    shape.setFacts(node);
    nodes.noteFacts(node, before);
  };

  const fresh: Node[] = [];
  const started: Node[] = [];
  for (const span of spans.values()) {
    const known = nodes.get(span.spanId);
    const wasOpen = known !== undefined && isOpenSpan(table.spans[known]);
    const node = known ?? insert(span);
    if (known === undefined) fresh.push(node);
    else if (table.spans[known] !== span) update(known, span);
    if (isOpenSpan(span) && !wasOpen) started.push(node);
  }
  if (options.layout === 'lean') {
    if (isRegroupDue) handoffs.regroup();
    for (const agent of handoffs.match()) shape.uproot(agent);
  }
  const isMoved = !shape.isSettled || nodes.areLabelsChanged;
  nodes.areLabelsChanged = false;
  shape.settle(nodes.placeFor);
  for (const node of lost.takeEmpty()) nodes.remove(node);
  for (const [node, startMs] of lost.takeMoved()) {
    shape.uproot(node);
    table.starts[node] = startMs;
  }
  shape.settle(nodes.placeFor);
  if (options.choices.size > 0 || Number.isFinite(options.initialLevels)) {
    for (const node of fresh) {
      const level = shape.rows.levelOf(node);
      shape.setCollapsed(node, !table.isHidden(node) && nodes.isCollapsedFirst(node, level));
    }
    for (const node of started) nodes.openPathTo(node);
  }
  nodes.extent.settle(table.spans);
  return isMoved;
}
