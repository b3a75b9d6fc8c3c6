import { asRecord, isRecord } from '../adapters/looseRecord.ts';
import type { OtlpScope, OtlpSpan } from '../adapters/otlp/index.ts';

/** A span of the OpenTelemetry SDK for JavaScript as its exporter would send it, and what it came from. */
export interface OtelSpanReading {
  readonly span: OtlpSpan;
  readonly group: OtlpScope;
  readonly isSampled: boolean;
}

const SAMPLED = 1;
const NANO_DIGITS = 9;

/** Seconds and nanoseconds as digits of nanoseconds; `undefined` for none, as an open span has for its end. */
function nanosOf(raw: unknown): string | undefined {
  if (!Array.isArray(raw)) return undefined;
  const [seconds, nanos] = raw as readonly unknown[];
  if (typeof seconds !== 'number' || typeof nanos !== 'number' || seconds <= 0) return undefined;
  return `${Math.floor(seconds)}${Math.floor(nanos).toString().padStart(NANO_DIGITS, '0')}`;
}

/** An object of attributes as the list that OTLP has. */
const listOf = (attributes: unknown): { key: string; value: unknown }[] =>
  Object.entries(asRecord(attributes)).map(([key, value]) => ({ key, value }));

const eventOf = (raw: unknown) => {
  const { name, time, attributes } = asRecord(raw);
  return { name, timeUnixNano: nanosOf(time), attributes: listOf(attributes) };
};

const linkOf = (raw: unknown) => {
  const { context, attributes } = asRecord(raw);
  const { traceId, spanId } = asRecord(context);
  return { traceId, spanId, attributes: listOf(attributes) };
};

const mapped = <T>(raw: unknown, map: (item: unknown) => T): readonly T[] => (Array.isArray(raw) ? raw.map(map) : []);

/**
 * Reads a span by its shape, of the SDK's versions 1 and 2: nothing of OpenTelemetry is imported.
 * @param isEnded - the end of an open span is not looked at
 * @returns `undefined` for what is no span
 */
export function readOtelSpan(raw: unknown, isEnded: boolean): OtelSpanReading | undefined {
  if (!isRecord(raw) || typeof raw['spanContext'] !== 'function') return undefined;
  const { traceId, spanId, traceFlags } = asRecord((raw as { spanContext(): unknown }).spanContext());
  const parent = asRecord(raw['parentSpanContext'])['spanId'] ?? raw['parentSpanId'];
  return {
    span: {
      traceId,
      spanId,
      parentSpanId: parent,
      name: raw['name'],
      // the SDK counts kinds from 0, OTLP from 1
      kind: typeof raw['kind'] === 'number' ? raw['kind'] + 1 : undefined,
      startTimeUnixNano: nanosOf(raw['startTime']),
      endTimeUnixNano: isEnded ? nanosOf(raw['endTime']) : undefined,
      attributes: listOf(raw['attributes']),
      events: mapped(raw['events'], eventOf),
      links: mapped(raw['links'], linkOf),
      status: raw['status'],
    },
    group: {
      resource: { attributes: listOf(asRecord(raw['resource'])['attributes']) },
      scope: raw['instrumentationScope'] ?? raw['instrumentationLibrary'],
    },
    isSampled: typeof traceFlags !== 'number' || (traceFlags & SAMPLED) !== 0,
  };
}
