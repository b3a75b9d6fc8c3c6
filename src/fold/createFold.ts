import type { EventFields, EventOf, MonitorEvent, RunEventType, SpanEventType } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';
import type { LogLine } from '../model/log.ts';
import type { Run } from '../model/run.ts';
import type { Span } from '../model/span.ts';
import { ApprovalNode, settleApprovals } from './approvals.ts';
import { type SpanCharge, spanChargeOf } from './chargeLedger.ts';
import { settleCharges } from './chargeRules.ts';
import { createCheckpoint } from './checkpoint.ts';
import { CommonEntities } from './commonEntities.ts';
import { deriveRun } from './deriveRun.ts';
import { deriveSpan } from './deriveSpan.ts';
import { alertFacts, entityFacts, factsOfAlert, producerFacts, runFacts } from './factsOf.ts';
import { FactTable } from './factTable.ts';
import { linkSpan, mendCuts } from './linkSpans.ts';
import { createLiveReader, RunTable } from './liveReader.ts';
import { logLineOf } from './logLine.ts';
import { claimFields } from './mergeSpan.ts';
import { type FoldContext, RunNode } from './runNode.ts';
import { mergeScore, settleScores } from './scores.ts';
import { settleMoves } from './settleMoves.ts';
import { settleLists } from './sortSiblings.ts';
import * as flag from './spanFlags.ts';
import { childrenOf, createNode, renewSpan, type SpanNode } from './spanNode.ts';
import type { SpanForm } from './spanRecord.ts';
import type { Fold, FoldCounters, Settled } from './types.ts';
import { takeFirst, writeFields } from './writeSpan.ts';

/** Texts shared by many spans are kept once, up to this many different ones. */
const MAX_INTERNED = 10_000;

/** @returns an empty fold. One settle after a batch, not after each event: what is derived is derived once a settle. */
export function createFold(): Fold {
  return new FoldState();
}

class FoldState implements Fold {
  readonly runs = new RunTable();
  readonly common = new CommonEntities();
  readonly reader;
  private readonly texts = new Map<string, string>();
  private readonly facts = new FactTable();
  private readonly context: FoldContext = {
    facts: this.facts,
    intern: (text) => this.intern(text),
    touch: (node) => this.touch(node),
    queueDerive: (node) => this.queueDerive(node),
    countCut: (change) => {
      this.cyclesCut += change;
    },
  };
  private lastRun: RunNode | undefined;
  private dirtySpans: SpanNode[] = [];
  /** Spans that are written: they are derived before anybody sees them. */
  private deriveQueue: SpanNode[] = [];
  /** Spans that stay as they are until they take over what changed above them. */
  private inheritQueue: SpanNode[] = [];
  private dirtyRuns: RunNode[] = [];
  private replaced: Span[] = [];
  private logLines: LogLine[] = [];
  private hasNewRuns = false;
  private repeatedEvents = 0;
  private cyclesCut = 0;

  constructor() {
    this.reader = createLiveReader(this.runs, this.common);
  }

  get counters(): FoldCounters {
    return { repeatedEvents: this.repeatedEvents, cyclesCut: this.cyclesCut };
  }

  apply(event: MonitorEvent): void {
    if (!this.take(event)) this.repeatedEvents += 1;
  }

  /** @returns whether the event brought anything new */
  private take(event: MonitorEvent): boolean {
    switch (event.type) {
      case 'span.start':
      case 'span.update':
      case 'span.end':
      case 'span.price':
        return this.takeSpan(event);
      case 'run.start':
      case 'run.end':
      case 'run.fail':
        return this.takeRun(event);
      case 'approval.requested':
      case 'approval.decided':
      case 'approval.expired':
      case 'approval.cancelled': {
        const run = this.runOf(event);
        if (!run || event.ref === undefined) return false;
        let node = run.approvals.get(event.ref);
        if (!node) {
          node = new ApprovalNode(run.runId, event.ref);
          run.approvals.set(event.ref, node);
        }
        if (!node.merge(event)) return false;
        run.dirtyApprovals.add(node);
        return true;
      }
      case 'score': {
        const run = this.runOf(event);
        return run !== undefined && mergeScore(run, event);
      }
      case 'log':
        this.logLines.push(logLineOf(event));
        return true;
      case 'producer.hello':
      case 'producer.beat':
      case 'producer.gap':
        return this.common.mergeProducer(event);
      case 'alert.firing':
      case 'alert.acknowledged':
      case 'alert.silenced':
      case 'alert.resolved':
        return this.common.mergeAlert(event);
      case 'budget.reserved':
      case 'budget.settled':
      case 'budget.refused':
      case 'budget.released':
        return true; // nothing of the fold's: budgets are kept where they are enforced
      default:
        event satisfies never; // the guard lets no other type through
        return false;
    }
  }

  private takeSpan(event: EventOf<SpanEventType>): boolean {
    const run = this.runOf(event);
    if (!run || event.span === undefined) return false;
    const node = run.nodes.get(event.span);
    if (!node) {
      const created = createNode(run, event.span, formFor(event));
      this.touch(created);
      takeFirst(created, event);
      return true;
    }
    const won = claimFields(node, event);
    if (!won && !(node.flags & flag.placeholder)) return false;
    this.touch(node);
    if (node.flags & flag.placeholder) this.fillPlaceholder(node);
    if (won) writeFields(node, event, won);
    return true;
  }

  /** The first event of its own: it stands where it is known, now counts, and its place in the order of arrival is here. */
  private fillPlaceholder(node: SpanNode): void {
    const { run } = node;
    node.flags &= ~flag.placeholder;
    run.nodes.delete(node);
    run.nodes.add(node);
    run.displace(node);
    for (const child of childrenOf(node)) this.queueDerive(child);
  }

  private takeRun(event: EventOf<RunEventType>): boolean {
    return this.runOf(event)?.merge(event) ?? false;
  }

  private runOf(event: MonitorEvent): RunNode | undefined {
    const runId = event.run;
    if (runId === undefined) return undefined;
    let run = this.lastRun?.runId === runId ? this.lastRun : this.runs.get(runId);
    if (!run) {
      run = new RunNode(runId, this.context);
      this.runs.set(runId, run);
      this.hasNewRuns = true;
    }
    this.lastRun = run;
    run.heard(event);
    this.touchRun(run);
    return run;
  }

  private touchRun(run: RunNode): void {
    if (run.isDirty) return;
    run.isDirty = true;
    this.dirtyRuns.push(run);
  }

  /** The span may be written until the next settle: what was handed out stays as it is. */
  private touch(node: SpanNode): void {
    if (node.flags & flag.dirty) return;
    node.flags |= flag.dirty;
    if (node.span.revision > 0) {
      if (node.span.detail !== undefined) this.replaced.push(node.span);
      renewSpan(node);
    }
    this.dirtySpans.push(node);
    node.flags |= flag.pending;
    this.deriveQueue.push(node);
    this.touchRun(node.run);
  }

  private queueDerive(node: SpanNode): void {
    if (node.flags & flag.pending) return;
    node.flags |= flag.pending;
    (node.flags & flag.dirty ? this.deriveQueue : this.inheritQueue).push(node);
    this.touchRun(node.run);
  }

  private intern(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size < MAX_INTERNED) this.texts.set(text, text);
    return text;
  }

  get isSettled(): boolean {
    return this.inheritQueue.length === 0;
  }

  settle(atMost = Number.POSITIVE_INFINITY): Settled {
    const { hasNewRuns, logLines } = this;
    this.logLines = [];
    this.hasNewRuns = false;
    this.lastRun = undefined;
    let areApprovalsTouched = false;
    for (const run of this.dirtyRuns) {
      if (run.dirtyApprovals.size > 0) areApprovalsTouched = true;
      settleApprovals(run);
    }
    for (const node of this.dirtySpans) if (!(node.flags & flag.placeholder)) linkSpan(node);
    for (const run of this.dirtyRuns) {
      mendCuts(run);
      settleMoves(run);
    }
    this.derive(atMost);
    const restructuredRunIds = new Set<RunId>();
    const runs: Run[] = [];
    for (const run of this.dirtyRuns) {
      settleLists(run);
      settleCharges(run);
      settleScores(run);
      if (run.isRestructured) restructuredRunIds.add(run.runId);
      run.isRestructured = false;
      run.isDirty = false;
      runs.push(deriveRun(run));
    }
    this.dirtyRuns = [];
    for (const { run } of this.inheritQueue) this.touchRun(run);
    const spans = this.publishSpans();
    const { replaced } = this;
    this.replaced = [];
    const touched = this.common.settle();
    return { runs, spans, restructuredRunIds, logLines, hasNewRuns, areApprovalsTouched, ...touched, replaced };
  }

  /** Both queues grow while they are walked. @param atMost - of those that can wait */
  private derive(atMost: number): void {
    const { deriveQueue, inheritQueue } = this;
    let inherited = 0;
    for (let derived = 0; ; ) {
      for (; derived < deriveQueue.length; derived += 1) derivePending(deriveQueue[derived] as SpanNode);
      if (inherited >= inheritQueue.length || inherited >= atMost) break;
      derivePending(inheritQueue[inherited] as SpanNode);
      inherited += 1;
    }
    this.deriveQueue = [];
    this.inheritQueue = inheritQueue.slice(inherited);
  }

  private publishSpans(): Span[] {
    const spans: Span[] = [];
    for (const node of this.dirtySpans) {
      node.flags &= ~flag.dirty;
      if (node.flags & flag.placeholder && node.parent === undefined) continue; // let go again
      node.span.revision += 1;
      spans.push(node.span);
    }
    this.dirtySpans = [];
    return spans;
  }

  factsOf(runId: RunId): MonitorEvent[] {
    const run = this.runs.get(runId);
    return run ? runFacts(run) : [];
  }

  entityFactsOf(runId: RunId): MonitorEvent[] {
    const run = this.runs.get(runId);
    return run ? entityFacts(run) : [];
  }

  alertFactsOf(alertId: string): MonitorEvent[] {
    return factsOfAlert(this.common, alertId);
  }

  *chargesOf(runId: RunId): Iterable<SpanCharge> {
    for (const { span, extra } of this.runs.get(runId)?.nodes.values() ?? []) {
      if (extra?.charge) yield spanChargeOf(span, extra.charge);
    }
  }

  commonFacts(): MonitorEvent[] {
    return [...producerFacts(this.common), ...alertFacts(this.common)];
  }

  removeRun(runId: RunId): void {
    const run = this.runs.get(runId);
    if (!run) return;
    this.runs.delete(runId);
    this.forgetFacts(run);
    this.cyclesCut -= run.cuts.size;
    if (this.lastRun === run) this.lastRun = undefined;
    if (!run.isDirty) return;
    this.dirtyRuns = this.dirtyRuns.filter((dirty) => dirty !== run);
    this.dirtySpans = this.dirtySpans.filter((node) => node.run !== run);
    this.deriveQueue = this.deriveQueue.filter((node) => node.run !== run);
    this.inheritQueue = this.inheritQueue.filter((node) => node.run !== run);
    this.replaced = this.replaced.filter((span) => span.runId !== runId);
  }

  /** The rows are shared by all runs and used again. */
  private forgetFacts(run: RunNode): void {
    for (const node of run.nodes.values()) {
      for (let row = node.facts, next = 0; row !== 0; row = next) {
        next = this.facts.next(row);
        this.facts.remove(row);
      }
    }
  }

  trimCommon(maxProducers: number, maxAlerts: number): number {
    return this.common.trim(maxProducers, maxAlerts);
  }

  checkpoint() {
    return createCheckpoint(this.runs, this.common);
  }
}

/** An end that comes first tells all; a model call grows what only calls have. */
function formFor({ type, a }: EventOf<SpanEventType>): SpanForm {
  if (type === 'span.end') return 'whole';
  return type !== 'span.price' && (a as EventFields<'span.start'>).kind === 'llm' ? 'call' : 'step';
}

/** A span can stand in both queues, and twice in one of them. */
function derivePending(node: SpanNode): void {
  if (!(node.flags & flag.pending)) return;
  node.flags &= ~flag.pending;
  deriveSpan(node);
}
