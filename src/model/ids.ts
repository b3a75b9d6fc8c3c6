declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** One trace, e.g. `trace_9133e9…`. Opaque: taken from the source, never parsed. */
export type RunId = Branded<'RunId'>;
/** One span inside a run. Unique only together with its run. */
export type SpanId = Branded<'SpanId'>;
/** Run and span in one string: the key of a span everywhere. Make it with {@link spanKeyOf}. */
export type SpanKey = Branded<'SpanKey'>;

/** U+001F, the unit separator: validation refuses ids with control characters, so it never stands inside one. */
const separator = '\u001f';

/** Takes a text, e.g. from a route, as the id of a run. Checks nothing. */
export const asRunId = (id: string): RunId => id as RunId;
/** Takes a text as the id of a span. Checks nothing. */
export const asSpanId = (id: string): SpanId => id as SpanId;

/** @returns the key of a span: `runId`, U+001F, `spanId` */
export const spanKeyOf = (runId: RunId, spanId: SpanId): SpanKey => `${runId}${separator}${spanId}` as SpanKey;

/** The two ids that {@link spanKeyOf} put together. */
export function splitSpanKey(key: SpanKey): { runId: RunId; spanId: SpanId } {
  const at = key.indexOf(separator);
  return { runId: asRunId(key.slice(0, at)), spanId: asSpanId(key.slice(at + 1)) };
}
