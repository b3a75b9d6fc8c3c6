import type { Detail, DetailRefs } from '../model/detail.ts';
import type { EventFields, EventOf, MonitorEvent, RunEventType } from '../model/event.ts';
import { asSpanId, type RunId, type SpanId, spanKeyOf } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { Score } from '../model/score.ts';
import type { Span } from '../model/span.ts';
import { ApprovalBook } from './approvalBook.ts';
import type { ApprovalNode } from './approvals.ts';
import { ChargeLedger } from './chargeLedger.ts';
import type { RunCopy } from './checkpoint.ts';
import type { DeepestCarriers } from './DeepestCarriers.ts';
import { MergedFields, originOf } from './fact.ts';
import type { FactTable } from './factTable.ts';
import { SpanIndex } from './SpanIndex.ts';
import type { Move } from './settleMoves.ts';
import * as flag from './spanFlags.ts';
import { childCountOf, type Draft, SpanNode } from './spanNode.ts';

type RunFields = EventFields<'run.start'>;

/** What the whole fold shares with its runs. */
export interface FoldContext {
  readonly facts: FactTable;
  readonly intern: (text: string) => string;
  /** Spans to derive at the next settle. */
  readonly touch: (node: SpanNode) => void;
  /** Spans to derive, or to derive again, in this settle. */
  readonly queueDerive: (node: SpanNode) => void;
  readonly countCut: (change: 1 | -1) => void;
}

/** The fold's own record of a run: its spans, what they count up to, what was declared. */
export class RunNode {
  readonly runId: RunId;
  readonly context: FoldContext;
  readonly facts: FactTable;
  readonly intern: (text: string) => string;
  /** What stands before the span's id in its key. */
  readonly keyPrefix: string;
  /** Spans in order of arrival, placeholders among them. */
  readonly nodes = new SpanIndex();
  /** Stands above the top spans; no span of its own. */
  readonly root: SpanNode;
  readonly declared = new MergedFields();
  readonly ledger = new ChargeLedger();
  readonly approvals = new Map<string, ApprovalNode>();
  readonly approvalBook = new ApprovalBook();
  /** Spans by the call they carry out; kept from the first approval on. */
  nodeByCallId: Map<string, SpanNode> | undefined;
  readonly scores = new Map<string, MergedFields>();
  readonly dirtyApprovals = new Set<ApprovalNode>();
  /** Until a score changes; made when somebody asks. */
  scoreList: readonly Score[] | undefined = [];
  run: Run | undefined;
  revision = 0;
  isDirty = false;
  isRestructured = false;
  areScoresDirty = false;

  spanCount = 0;
  openCount = 0;
  errorCount = 0;
  llmCount = 0;
  failedLlmCount = 0;
  toolCount = 0;
  rootCount = 0;
  /** Spans that carry usage. */
  carrierCount = 0;
  /** Spans whose failure fails the run. */
  readonly fatal = new Set<SpanNode>();
  /** Failed spans under a parent that was not received. */
  readonly orphanErrors = new Set<SpanNode>();
  /** Top spans that were cancelled. */
  readonly cancelledRoots = new Set<SpanNode>();
  /** Spans that wait for a decision, as the source said. */
  readonly waiting = new Set<SpanNode>();
  /** Spans where a cycle was cut. */
  readonly cuts = new Set<SpanNode>();
  /** Spans moved since it was last looked at whether the cuts are right. */
  areCutsStale = false;
  failed: SpanNode | undefined;
  /** Something changed that may give the failure another name. */
  isFailureStale = true;
  /** Lists of ids that somebody asked for, until they change. */
  readonly childIds = new Map<SpanNode, readonly SpanId[]>();
  /** Shared by checkpoints while the run stays as it is. */
  copy: RunCopy | undefined;
  readonly agentCounts = new Map<string, number>();
  agentNames: readonly string[] | undefined = [];

  minStartMs = Number.POSITIVE_INFINITY;
  maxStartMs = Number.NEGATIVE_INFINITY;
  maxEndMs = Number.NEGATIVE_INFINITY;
  /** A time that may have been the earliest or latest was replaced. */
  areTimesStale = false;
  lastEventAtMs = Number.NEGATIVE_INFINITY;

  /** Spans that hang under another parent since the last settle. */
  moved: Move[] = [];
  /** Tools whose name changed after others may have been charged to it. */
  renamedTools: SpanNode[] = [];
  chargeQueue: SpanNode[] = [];
  /** While neither model calls nor turns pay. */
  fallback: DeepestCarriers | undefined;
  /** Lists to sort at settle, and how long each was before. */
  lists: SpanNode[] = [];
  listLengths: number[] = [];

  constructor(runId: RunId, context: FoldContext) {
    this.runId = runId;
    this.context = context;
    this.keyPrefix = spanKeyOf(runId, asSpanId(''));
    this.facts = context.facts;
    this.intern = context.intern;
    this.root = new SpanNode(this, { kind: 'custom', spanId: asSpanId('') } as Draft<Span>);
  }

  queueCharge(node: SpanNode): void {
    if (node.flags & flag.chargeQueued) return;
    node.flags |= flag.chargeQueued;
    this.chargeQueue.push(node);
  }

  queueList(container: SpanNode): void {
    this.isRestructured = true;
    if (container.flags & flag.listQueued) return;
    container.flags |= flag.listQueued;
    this.lists.push(container);
    this.listLengths.push(childCountOf(container));
  }

  /** The place of a span among its siblings is no longer right, or no longer its own. */
  displace(node: SpanNode): void {
    if (!node.parent) return;
    node.flags |= flag.displaced;
    this.queueList(node.parent);
    node.parent.flags |= flag.listBroken;
  }

  forgetTime(timeMs: number): void {
    if (timeMs === this.minStartMs || timeMs === this.maxStartMs || timeMs === this.maxEndMs) this.areTimesStale = true;
  }

  countAgent(name: string, sign: 1 | -1): void {
    const count = (this.agentCounts.get(name) ?? 0) + sign;
    if (count === 0) this.agentCounts.delete(name);
    else this.agentCounts.set(name, count);
    if (count === 0 || (count === 1 && sign === 1)) this.agentNames = undefined;
  }

  /** Takes what a run event declares. */
  merge(event: EventOf<RunEventType>): boolean {
    let isChanged = this.declared.merge(event);
    const origin = originOf(event);
    if (this.declared.set(momentNames[event.type], event.ts, origin)) isChanged = true;
    if (event.prod && this.declared.set('prod', event.prod.id, origin)) isChanged = true;
    return isChanged;
  }

  get<Name extends keyof RunFields>(name: Name): RunFields[Name] {
    return this.declared.get(name) as RunFields[Name];
  }

  /** When a run event of a type was last said, epoch ms. */
  momentOf(type: RunEventType): number | undefined {
    return this.declared.get(momentNames[type]) as number | undefined;
  }

  detail(): Detail | undefined {
    return this.declared.group<Detail>('detail');
  }

  detailRefs(): DetailRefs | undefined {
    return this.declared.group<DetailRefs>('refs');
  }

  heard(event: MonitorEvent): void {
    const atMs = event.rts ?? event.ts;
    if (atMs > this.lastEventAtMs) this.lastEventAtMs = atMs;
  }
}

/** Fields of ours among the declared ones: when each kind of run event was last said. */
const momentNames = {
  'run.start': '#start',
  'run.end': '#end',
  'run.fail': '#fail',
} as const satisfies Record<RunEventType, string>;
