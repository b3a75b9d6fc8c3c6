import type { EntityReader, Touched } from '../../fold/types.ts';
import { type RunId, type SpanId, type SpanKey, spanKeyOf, splitSpanKey } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import { createHandoffTargets, type HandoffTargets } from './handoffTargets.ts';
import { createLoadedFacts, type LoadedFacts } from './loadedFacts.ts';
import { createLostParents, type LostParents } from './lostParents.ts';
import { createRetryGroups, type RetryGroups } from './retryGroups.ts';
import { amountsOf, isErrorSpan, isOpenSpan } from './spanAmounts.ts';
import { createTimeExtent, type TimeExtent } from './timeExtent.ts';
import { createTreeShape, type TreeShape } from './treeShape.ts';
import { NONE, type Node, ROOT, startOf, TreeTable } from './treeTable.ts';
import type { SpanTreeLayout } from './types.ts';

export interface RunTreeOptions {
  readonly runId: RunId;
  readonly layout: SpanTreeLayout;
  readonly initialLevels: number;
  readonly choices: ReadonlyMap<SpanKey, boolean>;
  readonly readEntities: () => EntityReader;
}

/** When more than this share of the spans changed at once, reading all anew is cheaper. */
const BULK_SHARE = 0.25;
const BULK_LEAST = 512;

/** Handoffs go from agents to agents. */
const isRouting = (span: Span | undefined) => span?.kind === 'handoff' || span?.kind === 'agent';

/** A run that is being read. */
interface Loading {
  readonly spans: Iterator<Span>;
  readonly facts: LoadedFacts;
  /** Nodes for {@link RunTree.noteFacts}. */
  readonly noted: Node[];
  /** Nodes whose parent was not read before them. */
  readonly later: Node[];
  /** A part of it is shown. */
  isShown: boolean;
}

/** The spans of a run as a tree, kept from what flushes touched. Replaced as a whole by {@link load}. */
export class RunTree {
  table = new TreeTable();
  shape: TreeShape = this.newShape();
  extent: TimeExtent = createTimeExtent();
  retries: RetryGroups = createRetryGroups(this.table);
  /** Spans received; placeholders are not counted. */
  spanCount = 0;
  private handoffs: HandoffTargets = createHandoffTargets(this.table);
  private lost: LostParents = createLostParents(this.table);
  private nodes = new Map<SpanId, Node>();
  private pending = new Map<SpanId, Span>();
  private isRestructured = false;
  private loading: Loading | undefined;
  /** What stands above handoffs or agents changed. */
  private isRegroupDue = false;
  private areLabelsChanged = false;
  private readonly options: RunTreeOptions;

  constructor(options: RunTreeOptions) {
    this.options = options;
  }

  private newShape(): TreeShape {
    const { spans } = this.table;
    return createTreeShape(this.table, {
      isError: (node) => isErrorSpan(spans[node]),
      amountsOf: (node) => amountsOf(spans[node]),
    });
  }

  byKey(key: SpanKey): Node | undefined {
    const { runId, spanId } = splitSpanKey(key);
    return runId === this.options.runId ? this.nodes.get(spanId) : undefined;
  }

  keyOf(node: Node): SpanKey {
    return this.table.spans[node]?.key ?? spanKeyOf(this.options.runId, this.spanIdOf(node));
  }

  spanIdOf(node: Node): SpanId {
    return this.table.spans[node]?.spanId ?? (this.table.lostIds.get(node) as SpanId);
  }

  hasRowsBelow(node: Node): boolean {
    if (this.table.hiddenIn(node) === 0) return this.table.childrenOf(node).length > 0;
    return this.shape.setSize(node) > 0;
  }

  /** The rows right under a row, those of hidden nodes in their place. */
  rowsUnder(above: Node): Node[] {
    const rows: Node[] = [];
    const stack = [above];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      if (top !== above && !this.table.isHidden(top)) {
        rows.push(top);
        continue;
      }
      const children = this.table.childrenOf(top);
      for (let at = children.length - 1; at >= 0; at -= 1) stack.push(children[at] as Node);
    }
    return rows;
  }

  /** Keeps what a flush touched until {@link settle}. @returns whether there is something to settle */
  note(touched: Touched): boolean {
    const { runId } = this.options;
    for (const span of touched.spans) if (span.runId === runId) this.pending.set(span.spanId, span);
    if (touched.restructuredRunIds.has(runId)) this.isRestructured = true;
    return this.isRestructured || this.pending.size > 0;
  }

  /** @returns whether rows moved */
  settle(): boolean {
    if (this.loading) return false; // what is touched meanwhile waits
    const { runId, readEntities } = this.options;
    const run = readEntities().getRun(runId);
    const { size } = this.pending;
    // All at once: a snapshot took the place of what was held, or the run is gone.
    const isAll = this.isRestructured && size >= (run?.spanCount ?? 0);
    this.isRestructured = false;
    if (isAll || size > Math.max(BULK_LEAST, this.table.size * BULK_SHARE)) return this.load();
    const spans = this.pending;
    this.pending = new Map();
    const isMoved = this.apply(spans);
    return run !== undefined && run.spanCount < this.spanCount ? this.load() : isMoved;
  }

  /**
   * Reads the run anew. O(n) for spans in start order.
   * @param most - spans to read at once; the rest waits for {@link loadMore}, and what was read is a tree already
   */
  load(most = Number.POSITIVE_INFINITY): true {
    const { runId, readEntities } = this.options;
    const entities = readEntities();
    const expected = entities.getRun(runId)?.spanCount ?? 0;
    this.table = new TreeTable();
    this.table.reserve(expected + 1);
    this.nodes = new Map();
    this.shape = this.newShape();
    this.extent = createTimeExtent();
    this.retries = createRetryGroups(this.table);
    this.handoffs = createHandoffTargets(this.table);
    this.lost = createLostParents(this.table);
    this.pending = new Map();
    this.spanCount = 0;
    this.isRestructured = false;
    this.isRegroupDue = false;
    this.loading = {
      spans: entities.spansOf(runId)[Symbol.iterator](),
      facts: createLoadedFacts(expected + 1),
      noted: [],
      later: [],
      isShown: false,
    };
    this.loadMore(most);
    return true;
  }

  /** Spans wait to be read: the tree shows a part of them. */
  get isLoading(): boolean {
    return this.loading !== undefined;
  }

  /** Reads on. @returns whether there are more rows to show: with the first part, and when all is there */
  loadMore(most: number): boolean {
    const { loading, table } = this;
    if (!loading) return false;
    const { facts, noted, later } = loading;
    let isDone = false;
    // One visit a span: fetching it from memory is what takes the time.
    for (let read = 0; read < most; read += 1) {
      const next = loading.spans.next();
      if (next.done) {
        isDone = true;
        break;
      }
      const span = next.value;
      if (this.nodes.has(span.spanId)) continue; // filled in and moved to the end while it was read
      const node = this.create(span.spanId, span);
      const isHidden = this.isHiddenSpan(span);
      if (isHidden) table.setHidden(node, true);
      facts.add(node, isHidden, isErrorSpan(span), amountsOf(span));
      this.count(undefined, span);
      if (isRouting(span) || span.attempt !== undefined) noted.push(node);
      const { parentId } = span;
      const parent = parentId === undefined || span.isCycleCut ? ROOT : this.nodes.get(parentId);
      if (parent === undefined || parent === node) later.push(node);
      else table.parents[node] = parent;
    }
    if (!isDone && loading.isShown) return false;
    loading.isShown = true;
    if (isDone) this.loading = undefined;
    this.showLoaded(loading, isDone);
    return true;
  }

  /** Makes the tree of what was read. Until all is read, spans whose parent did not come yet are not shown. */
  private showLoaded({ facts, noted, later }: Loading, isDone: boolean): void {
    const { table, handoffs } = this;
    const received = table.size;
    if (isDone) {
      for (const node of later) this.adopt(node, this.parentFor(table.spans[node] as Span));
      for (let node = received; node < table.size; node += 1) facts.add(node, false, false, undefined);
    }
    for (const node of noted.splice(0)) this.noteFacts(node, undefined);
    this.lost.place(received);
    handoffs.regroup();
    handoffs.match();
    for (let node = 1; node < table.size; node += 1) {
      table.places[node] = table.parentOf(node) === NONE ? NONE : this.placeFor(node);
    }
    this.shape.build(facts, (node, level) => this.isCollapsedFirst(node, level));
    if (Number.isFinite(this.options.initialLevels)) {
      for (let node = 1; node < received; node += 1) if (isOpenSpan(table.spans[node])) this.openPathTo(node);
    }
    this.extent.settle(table.spans);
    this.areLabelsChanged = false;
  }

  private readonly placeFor = (node: Node): Node =>
    this.table.claimedBy.get(node) ?? Math.max(ROOT, this.table.parentOf(node));

  private isHiddenSpan(span: Span): boolean {
    return this.options.layout === 'lean' && !span.isPlaceholder && (span.kind === 'task' || span.kind === 'turn');
  }

  private isCollapsedFirst(node: Node, level: number): boolean {
    const { choices, initialLevels } = this.options;
    const choice = choices.size === 0 ? undefined : choices.get(this.keyOf(node));
    if (choice !== undefined) return !choice;
    return level >= initialLevels && !isOpenSpan(this.table.spans[node]);
  }

  private create(spanId: SpanId, span: Span | undefined): Node {
    const node = this.table.add(span);
    this.nodes.set(spanId, node);
    return node;
  }

  /** The node of the parent that a span names. @param onLost - called with a parent that was not received and not named before */
  private parentFor(span: Span, onLost?: (node: Node) => void): Node {
    const { parentId } = span;
    if (parentId === undefined || parentId === span.spanId || span.isCycleCut) return ROOT;
    const known = this.nodes.get(parentId);
    if (known !== undefined) return known;
    const { runId, readEntities } = this.options;
    const placeholder = readEntities().getSpan(spanKeyOf(runId, parentId));
    // A span that came with the same flush is told of on its own.
    const node = this.create(parentId, placeholder?.isPlaceholder ? placeholder : undefined);
    this.table.lostIds.set(node, parentId);
    this.table.parents[node] = ROOT;
    this.lost.add(node);
    onLost?.(node);
    return node;
  }

  private adopt(node: Node, parent: Node): void {
    const before = this.table.parentOf(node);
    if (before !== NONE) this.lost.noteChild(before, -1);
    this.lost.noteChild(parent, 1);
    this.table.parents[node] = parent;
  }

  private noteFacts(node: Node, before: Span | undefined): void {
    const span = this.table.spans[node];
    const isLean = this.options.layout === 'lean';
    if (isLean && (isRouting(span) || isRouting(before))) this.handoffs.note(node, before);
    const isTry = span?.attempt !== undefined || before?.attempt !== undefined;
    if (isTry && this.retries.note(node)) this.areLabelsChanged = true;
  }

  private count(before: Span | undefined, after: Span): void {
    const wasReceived = before !== undefined && !before.isPlaceholder;
    this.spanCount += Number(!after.isPlaceholder) - Number(wasReceived);
    this.extent.change(before, after);
  }

  private readonly addLost = (node: Node) => this.shape.add(node);

  private insert(span: Span): Node {
    const { table } = this;
    const node = this.create(span.spanId, span);
    table.setHidden(node, this.isHiddenSpan(span));
    this.count(undefined, span);
    this.shape.add(node);
    if (span.isPlaceholder) this.lost.add(node);
    this.adopt(node, this.parentFor(span, this.addLost));
    this.noteFacts(node, undefined);
    return node;
  }

  private update(node: Node, span: Span): void {
    const { table, shape } = this;
    const before = table.spans[node];
    const startMs = span.isPlaceholder ? table.startOf(node) : startOf(span);
    const parent = this.parentFor(span, this.addLost);
    const parentBefore = table.parentOf(node);
    const isParentNew = parent !== parentBefore;
    if (isParentNew || startMs !== table.startOf(node)) {
      shape.uproot(node);
      table.starts[node] = startMs;
      this.lost.noteChild(parentBefore, 0);
      if (isParentNew) this.adopt(node, parent);
    }
    table.spans[node] = span;
    this.count(before, span);
    if (!span.isPlaceholder) this.lost.delete(node);
    const isHidden = this.isHiddenSpan(span);
    const isAgentNew = (before?.kind === 'agent') !== (span.kind === 'agent');
    if (isParentNew || isHidden !== table.isHidden(node) || isAgentNew) this.isRegroupDue = true;
    if (isHidden !== table.isHidden(node)) {
      shape.setHidden(node, isHidden);
      this.areLabelsChanged = true;
    }
    shape.setFacts(node);
    this.noteFacts(node, before);
  }

  private apply(spans: ReadonlyMap<SpanId, Span>): boolean {
    const { table, shape, options } = this;
    const fresh: Node[] = [];
    const started: Node[] = [];
    for (const span of spans.values()) {
      const known = this.nodes.get(span.spanId);
      const wasOpen = known !== undefined && isOpenSpan(table.spans[known]);
      const node = known ?? this.insert(span);
      if (known === undefined) fresh.push(node);
      else if (table.spans[known] !== span) this.update(known, span);
      if (isOpenSpan(span) && !wasOpen) started.push(node);
    }
    if (options.layout === 'lean') {
      if (this.isRegroupDue) this.handoffs.regroup();
      for (const agent of this.handoffs.match()) shape.uproot(agent);
    }
    this.isRegroupDue = false;
    const isMoved = !shape.isSettled || this.areLabelsChanged;
    this.areLabelsChanged = false;
    shape.settle(this.placeFor);
    for (const node of this.lost.takeEmpty()) {
      shape.remove(node);
      this.nodes.delete(this.spanIdOf(node));
      table.spans[node] = undefined;
    }
    for (const [node, startMs] of this.lost.takeMoved()) {
      shape.uproot(node);
      table.starts[node] = startMs;
    }
    shape.settle(this.placeFor);
    if (options.choices.size > 0 || Number.isFinite(options.initialLevels)) {
      for (const node of fresh) {
        const level = shape.rows.levelOf(node);
        shape.setCollapsed(node, !table.isHidden(node) && this.isCollapsedFirst(node, level));
      }
      for (const node of started) this.openPathTo(node);
    }
    this.extent.settle(table.spans);
    return isMoved;
  }

  /** Expands what leads to a running span, but for what somebody collapsed by hand. */
  private openPathTo(node: Node): void {
    const { table, shape } = this;
    if (shape.rows.hiddenBy(node) === 0) return;
    for (let above = table.placeOf(node); above !== NONE; above = table.placeOf(above)) {
      if (table.isCollapsed(above) && this.options.choices.get(this.keyOf(above)) !== false) {
        shape.setCollapsed(above, false);
      }
    }
  }
}
