import type { SpanStatus } from '../../model/span.ts';
import { asText, isRecord } from '../looseRecord.ts';

export interface StatusReading {
  readonly isError: boolean;
  /** `undefined`: the code is none that is known, and nothing is guessed. */
  readonly status: SpanStatus | undefined;
  readonly message: string | undefined;
}

/** Codes of both spellings. Unset is how most conventions report success. */
const codes: ReadonlyMap<unknown, 'ok' | 'error'> = new Map<unknown, 'ok' | 'error'>([
  [undefined, 'ok'],
  [null, 'ok'],
  [0, 'ok'],
  [1, 'ok'],
  [2, 'error'],
  ['', 'ok'],
  ['0', 'ok'],
  ['1', 'ok'],
  ['2', 'error'],
  ['STATUS_CODE_UNSET', 'ok'],
  ['STATUS_CODE_OK', 'ok'],
  ['STATUS_CODE_ERROR', 'error'],
]);

const success: StatusReading = { isError: false, status: 'ok', message: undefined };

/** @returns `undefined` for a status that is no status at all */
export function readStatus(raw: unknown): StatusReading | undefined {
  if (raw === undefined || raw === null) return success;
  if (!isRecord(raw)) return undefined;
  const status = codes.get(raw['code']);
  if (status === 'ok') return success;
  return { isError: status === 'error', status, message: asText(raw['message']) };
}
