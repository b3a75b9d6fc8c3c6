import type { ErrorDetail } from '../model/detail.ts';
import type { SpanKind } from '../model/span.ts';
import { asRecord, asText, defined, isRecord } from './looseRecord.ts';
import { nameOf } from './names.ts';

export interface SpanFault {
  readonly errorType?: string | undefined;
  readonly errorCode: string;
  /** The call was turned down by a person and never ran. */
  readonly isRejection: boolean;
  /** Call id, where the text names it. */
  readonly callId?: string | undefined;
  readonly detail: ErrorDetail;
}

/** What the SDKs write, and what it is. Texts of the JS SDK 0.20 and the Python SDK 0.22. */
const codeByMessage: readonly (readonly [RegExp, string])[] = [
  [/^Error running tool/i, 'tool.failed'],
  [/guardrail tripwire triggered/i, 'guardrail.tripped'],
  [/^Multiple handoffs requested/i, 'handoff.multiple'],
  [/max turns/i, 'agent.max-turns'],
  [/^Error in agent run/i, 'agent.failed'],
];

/** Status of a failed HTTP call, as the API clients write it: `503 overloaded`, `Error code: 400 - …`. */
const httpStatus = /^(?:\w*Error: )?(?:Error code: )?([45]\d{2})\b/;
/** Class of an error that was made a text: `BadRequestError: …`. */
const errorClass = /^([A-Za-z_$][\w$.]{0,99}(?:Error|Exception|Triggered|Exceeded)): /;
const rejection = /^Tool execution for (\S+) was manually rejected by user\.?$/;

const kindCodes: Partial<Record<SpanKind, string>> = {
  llm: 'model.failed',
  tool: 'tool.failed',
  agent: 'agent.failed',
};

/** Reads `error` of a span; `undefined` for a span without one. Anything else that is not empty counts as an error. */
export function readError(raw: unknown, kind: SpanKind): SpanFault | undefined {
  if (raw === null || raw === undefined || raw === false) return undefined;
  const record = asRecord(raw);
  const message = asText(record['message']) ?? asText(raw);
  const data = isRecord(record['data']) ? record['data'] : undefined;
  const cause = asText(data?.['error']);
  const rejected = cause === undefined ? null : rejection.exec(cause);
  const status = httpStatus.exec(message ?? '') ?? httpStatus.exec(cause ?? '');
  const known = codeByMessage.find(([pattern]) => pattern.test(message ?? ''))?.[1];
  const errorType = nameOf(errorClass.exec(cause ?? '')?.[1] ?? errorClass.exec(message ?? '')?.[1]);
  const byText = status && kind === 'llm' ? `http.${status[1]}` : known;
  return {
    errorType,
    errorCode: rejected ? 'approval.rejected' : (byText ?? kindCodes[kind] ?? 'span.failed'),
    isRejection: rejected !== null,
    callId: nameOf(rejected?.[1]),
    detail: defined({ message, type: errorType, data: record['data'] ?? (message === undefined ? raw : undefined) }),
  };
}
