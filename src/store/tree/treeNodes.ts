import type { EntityReader } from '../../fold/types.ts';
import { type RunId, type SpanId, type SpanKey, spanKeyOf, splitSpanKey } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import { createHandoffTargets, type HandoffTargets } from './handoffTargets.ts';
import { createLostParents, type LostParents } from './lostParents.ts';
import { createRetryGroups, type RetryGroups } from './retryGroups.ts';
import { amountsOf, isErrorSpan, isOpenSpan } from './spanAmounts.ts';
import { createTimeExtent, type TimeExtent } from './timeExtent.ts';
import { createTreeShape, type TreeShape } from './treeShape.ts';
import { NONE, type Node, ROOT, TreeTable } from './treeTable.ts';
import type { SpanTreeLayout } from './types.ts';

export interface RunTreeOptions {
  readonly runId: RunId;
  readonly layout: SpanTreeLayout;
  readonly initialLevels: number;
  readonly choices: ReadonlyMap<SpanKey, boolean>;
  readonly readEntities: () => EntityReader;
}

/** Handoffs go from agents to agents. */
const isRouting = (span: Span | undefined) => span?.kind === 'handoff' || span?.kind === 'agent';

/** Whether what a span says besides its place has to be noted: few say a handoff or an attempt. */
export const isNoted = (span: Span | undefined): boolean => isRouting(span) || span?.attempt !== undefined;

/** The nodes of one run: which span is which, who its parent is, what is hidden, what is counted. */
export class TreeNodes {
  readonly table = new TreeTable();
  readonly shape: TreeShape;
  readonly extent: TimeExtent = createTimeExtent();
  readonly retries: RetryGroups = createRetryGroups(this.table);
  readonly handoffs: HandoffTargets = createHandoffTargets(this.table);
  readonly lost: LostParents = createLostParents(this.table);
  /** Spans received; placeholders are not counted. */
  spanCount = 0;
  /** A row says something else without having moved. */
  areLabelsChanged = false;
  readonly options: RunTreeOptions;
  private readonly byId = new Map<SpanId, Node>();

  constructor(options: RunTreeOptions) {
    this.options = options;
    const { spans } = this.table;
    this.shape = createTreeShape(this.table, {
      isError: (node) => isErrorSpan(spans[node]),
      amountsOf: (node) => amountsOf(spans[node]),
    });
  }

  get(spanId: SpanId): Node | undefined {
    return this.byId.get(spanId);
  }

  byKey(key: SpanKey): Node | undefined {
    const { runId, spanId } = splitSpanKey(key);
    return runId === this.options.runId ? this.byId.get(spanId) : undefined;
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

  /** Where a node is drawn: under the agent that handed off to it, else under its parent. */
  readonly placeFor = (node: Node): Node => this.table.claimedBy.get(node) ?? Math.max(ROOT, this.table.parentOf(node));

  isHiddenSpan(span: Span): boolean {
    return this.options.layout === 'lean' && !span.isPlaceholder && (span.kind === 'task' || span.kind === 'turn');
  }

  isCollapsedFirst(node: Node, level: number): boolean {
    const { choices, initialLevels } = this.options;
    const choice = choices.size === 0 ? undefined : choices.get(this.keyOf(node));
    if (choice !== undefined) return !choice;
    return level >= initialLevels && !isOpenSpan(this.table.spans[node]);
  }

  /** Folds and opens rows as somebody chose. */
  applyChoices(): void {
    for (const [key, isExpanded] of this.options.choices) {
      const node = this.byKey(key);
      if (node !== undefined && !this.table.isHidden(node)) this.shape.setCollapsed(node, !isExpanded);
    }
  }

  create(spanId: SpanId, span: Span | undefined): Node {
    const node = this.table.add(span);
    this.byId.set(spanId, node);
    return node;
  }

  remove(node: Node): void {
    this.shape.remove(node);
    this.byId.delete(this.spanIdOf(node));
    this.table.spans[node] = undefined;
  }

  /** The node of the parent that a span names. @param onLost - called with a parent that was not received and not named before */
  parentFor(span: Span, onLost?: (node: Node) => void): Node {
    const { parentId } = span;
    if (parentId === undefined || parentId === span.spanId || span.isCycleCut) return ROOT;
    const known = this.byId.get(parentId);
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

  adopt(node: Node, parent: Node): void {
    const before = this.table.parentOf(node);
    if (before !== NONE) this.lost.noteChild(before, -1);
    this.lost.noteChild(parent, 1);
    this.table.parents[node] = parent;
  }

  noteFacts(node: Node, before: Span | undefined): void {
    const span = this.table.spans[node];
    const isLean = this.options.layout === 'lean';
    if (isLean && (isRouting(span) || isRouting(before))) this.handoffs.note(node, before);
    const isTry = span?.attempt !== undefined || before?.attempt !== undefined;
    if (isTry && this.retries.note(node)) this.areLabelsChanged = true;
  }

  count(before: Span | undefined, after: Span): void {
    const wasReceived = before !== undefined && !before.isPlaceholder;
    this.spanCount += Number(!after.isPlaceholder) - Number(wasReceived);
    this.extent.change(before, after);
  }

  /** Expands what leads to a running span, but for what somebody collapsed by hand. */
  openPathTo(node: Node): void {
    const { table, shape } = this;
    if (shape.rows.hiddenBy(node) === 0) return;
    for (let above = table.placeOf(node); above !== NONE; above = table.placeOf(above)) {
      if (table.isCollapsed(above) && this.options.choices.get(this.keyOf(above)) !== false) {
        shape.setCollapsed(above, false);
      }
    }
  }
}
