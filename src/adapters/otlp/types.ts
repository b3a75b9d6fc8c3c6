/** One attribute, its value still as the encoding wrote it. */
export interface OtlpAttribute {
  readonly key: unknown;
  readonly value?: unknown;
}

export interface OtlpSpanEvent {
  readonly name?: unknown;
  /** Unix nanoseconds in any of the spellings of `msOfNanos`. */
  readonly timeUnixNano?: unknown;
  readonly attributes?: unknown;
}

/**
 * A span as every encoding gives it: JSON as parsed, protobuf as decoded. Each member may be of any type, because it comes from
 * outside: ids hex, base64 or bytes; times digits, numbers or bigints; `kind` and `status.code` numbers or names.
 */
export interface OtlpSpan {
  readonly traceId?: unknown;
  readonly spanId?: unknown;
  readonly parentSpanId?: unknown;
  readonly name?: unknown;
  readonly kind?: unknown;
  readonly startTimeUnixNano?: unknown;
  readonly endTimeUnixNano?: unknown;
  readonly attributes?: unknown;
  readonly events?: unknown;
  readonly links?: unknown;
  readonly status?: unknown;
}

/** A log record, under the same rule. */
export interface OtlpLogRecord {
  readonly traceId?: unknown;
  readonly spanId?: unknown;
  readonly timeUnixNano?: unknown;
  readonly observedTimeUnixNano?: unknown;
  readonly severityNumber?: unknown;
  readonly severityText?: unknown;
  readonly body?: unknown;
  readonly attributes?: unknown;
  readonly eventName?: unknown;
}

/** The plain value behind what an encoding wraps values in. Never throws. */
export type ValueReader = (raw: unknown) => unknown;

/** Stands in a list for what its encoding could not read: its neighbours keep their places. */
export class UndecodedItem {
  readonly code: string;
  readonly reason: string;
  constructor(code: string, reason: string) {
    this.code = code;
    this.reason = reason;
  }
}
