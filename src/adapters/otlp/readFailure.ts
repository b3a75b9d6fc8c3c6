import type { ErrorDetail } from '../../model/detail.ts';
import type { SpanKind } from '../../model/span.ts';
import { nameOf } from '../names.ts';
import { readError } from '../readError.ts';
import type { AttributeSlots } from './attributeSlots.ts';
import { slotOf } from './attributeTable.ts';
import type { FieldsDraft } from './readFields.ts';
import type { SpanEventReading } from './readSpanEvents.ts';
import type { StatusReading } from './readStatus.ts';

const slot = { errorType: slotOf('errorType'), errorCode: slotOf('errorCode') } as const;

const bareStatus = /^[45]\d{2}$/;

/** What our own export wrote; the text stands in its detail. */
export function ownErrorOf(values: readonly unknown[], a: FieldsDraft): undefined {
  if (values[slot.errorType] !== undefined) a.errorType = values[slot.errorType] as string;
  if (values[slot.errorCode] !== undefined) a.errorCode = values[slot.errorCode] as string;
}

/** Writes type and code of a failure into `a`. @returns its text, for `detail.error` */
export function errorOf(
  slots: AttributeSlots,
  kind: SpanKind,
  { isError, message }: StatusReading,
  { exception }: SpanEventReading,
  a: FieldsDraft,
): ErrorDetail | undefined {
  const typeName = slots.values[slot.errorType] as string | undefined;
  if (!isError) {
    slots.giveBack(slot.errorType); // a type without the status: a failure that the source got over
    return exception;
  }
  const text = message ?? exception?.message;
  const fault = readError(text ?? true, kind);
  const errorType = typeName ?? nameOf(exception?.type) ?? fault?.errorType;
  if (errorType !== undefined) a.errorType = errorType;
  const byType = kind === 'llm' && typeName !== undefined && bareStatus.test(typeName) ? `http.${typeName}` : undefined;
  a.errorCode = byType ?? fault?.errorCode ?? 'span.failed';
  const detail: { -readonly [Part in keyof ErrorDetail]: ErrorDetail[Part] } = {};
  if (text !== undefined) detail.message = text;
  if (errorType !== undefined) detail.type = errorType;
  if (exception?.stack !== undefined) detail.stack = exception.stack;
  return detail;
}
