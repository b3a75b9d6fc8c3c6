import type { RunId, SpanId } from '../../../model/ids.ts';
import { digestOf } from '../../eventId.ts';

const traceHex = /^[0-9a-f]{32}$/;
const spanHex = /^[0-9a-f]{16}$/;
const sdkTraceId = /^trace_([0-9a-f]{32})$/;
const zeros = /^0+$/;

/** An id that OTLP can carry as it is needs no second telling. */
export interface WrittenId {
  readonly hex: string;
  /** The id itself, where `hex` only stands for it. */
  readonly own: string | undefined;
}

export function traceIdOf(runId: RunId): WrittenId {
  if (traceHex.test(runId) && !zeros.test(runId)) return { hex: runId, own: undefined };
  return { hex: sdkTraceId.exec(runId)?.[1] ?? digestOf(['trace', runId], []), own: runId };
}

export function spanIdOf(runId: RunId, spanId: SpanId): WrittenId {
  if (spanHex.test(spanId) && !zeros.test(spanId)) return { hex: spanId, own: undefined };
  return { hex: digestOf(['span', runId, spanId], []).slice(0, 16), own: spanId };
}

/** Epoch ms with fraction as unix nanoseconds: reading them gives the same number again. */
export function nanosOf(timeMs: number): string {
  const wholeMs = Math.floor(timeMs);
  const nanos = Math.round((timeMs - wholeMs) * 1_000_000);
  return nanos === 1_000_000 ? `${wholeMs + 1}000000` : `${wholeMs}${String(nanos).padStart(6, '0')}`;
}
