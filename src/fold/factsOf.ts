import type { Detail, DetailRefs } from '../model/detail.ts';
import { type EventType, type MonitorEvent, SCHEMA_VERSION } from '../model/event.ts';
import type { RunId, SpanId } from '../model/ids.ts';
import type { CommonEntities } from './commonEntities.ts';
import type { MergedFields } from './fact.ts';
import { rawValue } from './mergeSpan.ts';
import type { RunNode } from './runNode.ts';
import { bitOf, PARENT_BIT, PRICE_BIT, partBits, REFS_SHIFT, spanFieldNames } from './spanFields.ts';
import * as flag from './spanFlags.ts';
import { type SpanNode } from './spanNode.ts';

type Values = Record<string, unknown>;
type Facts = {
  id: string;
  type: EventType;
  ts: number;
  rts?: number | undefined;
  run?: RunId;
  span?: SpanId | undefined;
  parent?: SpanId | undefined;
  ref?: string | undefined;
  prod?: { id: string; n: number } | undefined;
  a: Values;
  detail?: Detail | undefined;
  refs?: DetailRefs | undefined;
};

/** The one place where facts take an event's type: their fields were valid when they came in. */
const asEvent = (facts: Facts): MonitorEvent => ({ sv: SCHEMA_VERSION, ...facts }) as unknown as MonitorEvent;

const typeByRank = ['span.start', 'span.update', 'span.end', 'span.price'] as const;

/** The merged facts of a run: what was declared, its spans in order of arrival, approvals, scores. */
export function runFacts(run: RunNode): MonitorEvent[] {
  const facts: Facts[] = declaredFacts(run);
  for (const node of run.nodes.values()) {
    if (node.flags & flag.placeholder) continue;
    if (node.facts === 0) facts.push(emptySpan(node));
    for (let row = node.facts; row !== 0; row = run.facts.next(row)) facts.push(spanFact(node, row));
  }
  facts.push(...approvalAndScoreFacts(run));
  // The latest sign of life may belong to an event that lost all its fields to later ones.
  for (const fact of facts) fact.rts = run.lastEventAtMs;
  return facts.map(asEvent);
}

/** Of them what stands beside the spans: approvals and scores. */
export function entityFacts(run: RunNode): MonitorEvent[] {
  return approvalAndScoreFacts(run).map((fact) => asEvent({ ...fact, rts: run.lastEventAtMs }));
}

function approvalAndScoreFacts(run: RunNode): Facts[] {
  return [
    ...[...run.approvals].flatMap(([callId, { fields }]) => fieldFacts(fields, { run: run.runId, ref: callId })),
    ...[...run.scores].flatMap(([key, fields]) => scoreFacts(run.runId, key, fields)),
  ];
}

function declaredFacts(run: RunNode): Facts[] {
  return fieldFacts(run.declared, { run: run.runId });
}

/** A span that was named by an event without fields. */
const emptySpan = ({ run, span }: SpanNode): Facts => ({
  id: `${span.spanId}#known`,
  type: 'span.update',
  ts: 0,
  run: run.runId,
  span: span.spanId,
  a: {},
});

function spanFact(node: SpanNode, row: number): Facts {
  const { run, span } = node;
  const mask = run.facts.mask(row);
  const parts = run.facts.parts(row);
  const a: Values = {};
  for (const name of spanFieldNames) if (mask & bitOf(name)) a[name] = rawValue(node, name);
  const price = node.extra?.price;
  if (mask & PRICE_BIT && price) Object.assign(a, price);
  const facts: Facts = {
    id: run.facts.id(row),
    type: typeByRank[run.facts.rank(row)] ?? 'span.update',
    ts: run.facts.ts(row),
    run: run.runId,
    span: span.spanId,
    a,
  };
  if (mask & PARENT_BIT) facts.parent = span.parentId;
  for (const [part, bit] of partBits) {
    if (parts & bit) facts.detail = { ...facts.detail, [part]: span.detail?.[part] };
    if (parts & (bit << REFS_SHIFT)) facts.refs = { ...facts.refs, [part]: span.detailRefs?.[part] };
  }
  return facts;
}

/** Fields that the fold added come back by themselves: from the event's type, its time, its producer. */
function fieldFacts(fields: MergedFields, base: Pick<Facts, 'run' | 'ref' | 'span'>): Facts[] {
  const facts: Facts[] = [];
  for (const { origin, fields: won } of fields.origins()) {
    const { id, type, ts } = origin;
    const fact: Facts = { id, type, ts, ...base, a: {} };
    for (const [name, value] of won) {
      if (name.startsWith('detail.')) fact.detail = { ...fact.detail, [name.slice(7)]: value };
      else if (name.startsWith('refs.')) fact.refs = { ...fact.refs, [name.slice(5)]: value };
      else if (name === '#span') fact.span = value as SpanId;
      else if (name === '#outcome' && type === 'approval.decided') fact.a.decision = value;
      else if (name === 'prod') fact.prod = { id: value as string, n: 0 };
      else if (!name.startsWith('#')) fact.a[name] = value;
    }
    facts.push(fact);
  }
  return facts;
}

function scoreFacts(run: RunId, key: string, fields: MergedFields): Facts[] {
  const [spanId = '', name] = key.split('\u001f');
  const span = spanId === '' ? undefined : (spanId as SpanId);
  return fieldFacts(fields, { run, span }).map((fact) => ({ ...fact, a: { ...fact.a, name } }));
}

export function producerFacts(common: CommonEntities): MonitorEvent[] {
  const facts: MonitorEvent[] = [];
  for (const [id, fields] of common.producerFields) {
    const prod = { id, n: 0 };
    for (const fact of fieldFacts(fields, {})) facts.push(asEvent({ ...fact, prod }));
  }
  return facts;
}

export const alertFacts = (common: CommonEntities): MonitorEvent[] =>
  [...common.alertFields.keys()].flatMap((alertId) => factsOfAlert(common, alertId));

export function factsOfAlert({ alertFields }: CommonEntities, alertId: string): MonitorEvent[] {
  const fields = alertFields.get(alertId);
  return fields ? fieldFacts(fields, { ref: alertId }).map(asEvent) : [];
}
