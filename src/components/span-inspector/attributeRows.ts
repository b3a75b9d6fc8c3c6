import type { Detail } from '../../model/detail.ts';
import type { Span } from '../../model/span.ts';
import { jsonText } from '../../store/content/index.ts';

export interface AttributeRow {
  readonly name: string;
  readonly value: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Attributes and metadata as one list; values that hold others as JSON text. */
export function attributeRows(detail: Detail): readonly AttributeRow[] {
  const rows: AttributeRow[] = [];
  for (const [prefix, value] of [
    ['', detail.attributes],
    ['metadata.', detail.metadata],
  ] as const) {
    if (!isRecord(value)) continue;
    for (const [name, one] of Object.entries(value)) rows.push({ name: `${prefix}${name}`, value: jsonText(one) });
  }
  return rows;
}

/** How many there are, without making their text. */
export const countAttributes = (detail: Detail): number =>
  [detail.attributes, detail.metadata].reduce<number>(
    (count, value) => count + (isRecord(value) ? Object.keys(value).length : 0),
    0,
  );

/** What the span itself says, by the names of the model: no content, so every role sees it. */
export function spanRows(span: Span): readonly AttributeRow[] {
  const fields: Readonly<Record<string, string | number | boolean | undefined>> = {
    spanId: span.spanId,
    runId: span.runId,
    parentId: span.parentId,
    kind: span.kind,
    sourceType: span.sourceType,
    operation: span.operation,
    provider: span.provider,
    requestModel: span.requestModel,
    turn: span.turn,
    callId: span.callId,
    server: span.server,
    finishReason: span.finishReason,
    errorType: span.errorType,
    errorCode: span.errorCode,
    isExecuted: span.isExecuted,
    triggered: span.triggered,
    tools: span.toolNames?.join(', '),
    handoffs: span.handoffNames?.join(', '),
  };
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name, value: String(value) }],
  );
}
