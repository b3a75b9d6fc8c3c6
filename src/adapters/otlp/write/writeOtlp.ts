import type { MonitorEvent } from '../../../model/event.ts';
import type { Run } from '../../../model/run.ts';
import type { Span } from '../../../model/span.ts';
import { asRecord } from '../../looseRecord.ts';
import { heardName, ownEventsName } from '../ownResource.ts';
import { AttributeList, type KeyValue } from './anyValueOf.ts';
import { type WrittenSpan, writeSpan } from './writeSpan.ts';

/** A run as it is to be written. Who may not see content gives spans and events without it. */
export interface RunToWrite {
  readonly run: Run;
  /** Placeholders among them, which stand for parents that were not received, are passed over. */
  readonly spans: Iterable<Span>;
  /** What else was said of the run: `run.*`, `approval.*`, `score`, `log`. Events of spans are passed over. */
  readonly events: Iterable<MonitorEvent>;
}

export interface WrittenResourceSpans {
  readonly resource: { readonly attributes: readonly KeyValue[] };
  readonly scopeSpans: readonly {
    readonly scope: { readonly name: 'spanlight' };
    readonly spans: readonly WrittenSpan[];
  }[];
}

/** An OTLP export request in JSON: what `POST /v1/traces` takes, of any collector. */
export interface OtlpDocument {
  readonly resourceSpans: readonly WrittenResourceSpans[];
}

export interface WriteOtlpOptions {
  /** Events that belong to no run: producers, alerts. */
  readonly events?: Iterable<MonitorEvent>;
}

/**
 * Writes runs as OTLP in the GenAI conventions. What OpenTelemetry has no word for (approvals, scores, what was declared of a run,
 * the kind of a turn) rides in `spanlight.*` attributes, so that reading the document again gives the same state.
 * @remarks Pure. A resource for each run: {@link writeRun} writes one alone, for who streams.
 */
export function writeOtlp(runs: Iterable<RunToWrite>, { events = [] }: WriteOtlpOptions = {}): OtlpDocument {
  const resourceSpans: WrittenResourceSpans[] = [];
  for (const run of runs) resourceSpans.push(writeRun(run));
  const common = [...events];
  if (common.length > 0) {
    const attributes = new AttributeList().add('service.name', 'spanlight').add(ownEventsName, JSON.stringify(common));
    resourceSpans.push({ resource: { attributes: attributes.list }, scopeSpans: [{ scope, spans: [] }] });
  }
  return { resourceSpans };
}

const scope = { name: 'spanlight' } as const;

/** One run of a document. */
export function writeRun({ run, spans, events }: RunToWrite): WrittenResourceSpans {
  const own: MonitorEvent[] = [];
  for (const event of events) if (!event.type.startsWith('span.')) own.push(event);
  const attributes = new AttributeList()
    .add('service.name', serviceOf(run))
    .add(heardName, run.lastEventAtMs)
    .add(ownEventsName, JSON.stringify(own));
  const written: WrittenSpan[] = [];
  for (const span of spans) if (!span.isPlaceholder) written.push(writeSpan(span, run));
  return { resource: { attributes: attributes.list }, scopeSpans: [{ scope, spans: written }] };
}

function serviceOf({ detail, source }: Run): string {
  const resource = asRecord(asRecord(detail?.metadata)['resource']);
  const name = resource['service.name'];
  return typeof name === 'string' && name !== '' ? name : (source ?? 'spanlight');
}
