import { isRecord, type LooseRecord } from '../looseRecord.ts';
import { isUsableId } from '../names.ts';

/** Version of the messages that is read. */
const VERSION = 1;

/** One message of a publisher, its envelope checked. */
export interface PublishedMessage {
  readonly body: LooseRecord;
  /** The same message again has the same id: publisher and number. */
  readonly id: string;
  readonly publisher: string;
  readonly seq: number;
  readonly type: string;
}

/** What a capture of a channel writes around a message: `{channel, payload}`. */
const payloadOf = (raw: unknown): unknown =>
  isRecord(raw) && typeof raw['channel'] === 'string' && isRecord(raw['payload']) ? raw['payload'] : raw;

/** @returns `undefined` for what is no message of this version */
export function readEnvelope(raw: unknown): PublishedMessage | undefined {
  const body = payloadOf(raw);
  if (!isRecord(body)) return undefined;
  const { v, id, publisher, seq, type } = body;
  const isMessage =
    v === VERSION &&
    isUsableId(id) &&
    isUsableId(publisher) &&
    publisher.length <= 128 &&
    Number.isSafeInteger(seq) &&
    (seq as number) >= 0 &&
    typeof type === 'string';
  return isMessage ? { body, id, publisher, seq: seq as number, type } : undefined;
}
