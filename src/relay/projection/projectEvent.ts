import type { Capability } from '../../model/capabilities.ts';
import { type DetailRef, type DetailRefs, detailParts } from '../../model/detail.ts';
import type { MonitorEvent } from '../../model/event.ts';
import type { RunId, SpanId } from '../../model/ids.ts';
import { buildFields, rulesByType } from './fieldRules.ts';
import type { StandIns } from './standIns.ts';

/**
 * What a reader's capabilities make of an event. Readers of one class see the same bytes, so a batch is built once a class.
 * `shape`: harmless names, no people. `names`: all named fields. Content is in neither.
 */
export type ViewClass = 'shape' | 'names';

/** @returns `undefined` for who may read nothing */
export function viewClassOf(can: readonly Capability[]): ViewClass | undefined {
  if (!can.includes('read.shape')) return undefined;
  return can.includes('read.payload') ? 'names' : 'shape';
}

/**
 * The one projection: stands before every exit (live, replay, snapshot, history, export). Builds a new event from the
 * allow-list that is derived from the schemas; a field that nobody marked does not exist for it.
 * @returns `undefined` for an event of a type that is not known
 */
export function projectEvent(event: MonitorEvent, view: ViewClass, standIns: StandIns): MonitorEvent | undefined {
  const rules = rulesByType[view].get(event.type);
  if (!rules) return undefined;
  const id = view === 'names' ? (text: string) => text : standIns.id;
  const { prod, run, span, parent, ref } = event;
  const refs = projectRefs(event.refs);
  return {
    id: view === 'names' ? event.id : standIns.eventId(event.id),
    type: event.type,
    sv: event.sv,
    ts: event.ts,
    ...(event.rts !== undefined && { rts: event.rts }),
    ...(event.seq !== undefined && { seq: event.seq }),
    ...(prod !== undefined && { prod: { id: id(prod.id), n: prod.n } }),
    ...(run !== undefined && { run: id(run) as RunId }),
    ...(span !== undefined && { span: id(span) as SpanId }),
    ...(parent !== undefined && { parent: id(parent) as SpanId }),
    ...(ref !== undefined && { ref: id(ref) }),
    a: buildFields(event.a, rules, standIns) ?? {},
    ...(refs !== undefined && { refs }),
  } as MonitorEvent;
}

export function projectRefs(refs: DetailRefs | undefined): DetailRefs | undefined {
  if (!refs) return undefined;
  const built: { -readonly [Part in keyof DetailRefs]: DetailRef } = {};
  let hasOne = false;
  for (const part of detailParts) {
    const ref = refs[part];
    if (!ref) continue;
    hasOne = true;
    built[part] = {
      kind: ref.kind,
      sizeBytes: ref.sizeBytes,
      ...(ref.count !== undefined && { count: ref.count }),
      ...(ref.isTruncated !== undefined && { isTruncated: ref.isTruncated }),
    };
  }
  return hasOne ? built : undefined;
}
