import type { SpanStatus } from '../../model/span.ts';
import { asText, isRecord } from '../looseRecord.ts';

export interface StatusReading {
  readonly isError: boolean;
  /** `undefined`: the code is none that is known, and nothing is guessed. */
  readonly status: SpanStatus | undefined;
  readonly message: string | undefined;
}

/** Codes by number and by name. Unset is how most conventions report success. */
const codes: ReadonlyMap<unknown, 'ok' | 'error'> = new Map<unknown, 'ok' | 'error'>([
  [0, 'ok'],
  [1, 'ok'],
  [2, 'error'],
  ['', 'ok'],
  ['0', 'ok'],
  ['1', 'ok'],
  ['2', 'error'],
  ['UNSET', 'ok'],
  ['OK', 'ok'],
  ['ERROR', 'error'],
]);

/** `STATUS_CODE_ERROR` as protobuf's JSON writes it, `Error` as some SDKs print it. */
const codeOf = (raw: unknown): unknown =>
  typeof raw === 'string' ? raw.toUpperCase().replace('STATUS_CODE_', '') : (raw ?? 0);

const success: StatusReading = { isError: false, status: 'ok', message: undefined };

/** @returns `undefined` for a status that is no status at all */
export function readStatus(raw: unknown): StatusReading | undefined {
  if (raw === undefined || raw === null) return success;
  if (!isRecord(raw)) return undefined;
  const status = codes.get(codeOf(raw['code']));
  if (status === 'ok') return success;
  return { isError: status === 'error', status, message: asText(raw['message']) };
}
