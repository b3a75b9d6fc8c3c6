import { deflateRawSync } from 'node:zlib';
import type { Cursor, ServerFrame } from '../../model/wire.ts';

/** A frame as bytes. What a wire puts around it is made once, when first asked for, and serves all readers who share the frame. */
export interface ReadyFrame {
  /** UTF-8, in pieces to be written one after the other, as all that follow: frames share what is the same in them. */
  readonly json: readonly Buffer[];
  /** Of `json`. */
  readonly sizeBytes: number;
  /** Events of the tail that it carries. */
  readonly eventCount: number;
  /** Something that a reader waits for, unlike a greeting or a heartbeat. */
  readonly isNews: boolean;
  /** A whole WebSocket text message. */
  readonly message: readonly Buffer[];
  /** The same deflated (raw, RFC 1951) as a binary message; the text message where that would not be smaller. */
  readonly deflatedMessage: readonly Buffer[];
  /** One server-sent event. */
  readonly serverSentEvent: readonly Buffer[];
}

/** How a wire writes it. */
export type FrameForm = 'message' | 'deflatedMessage' | 'serverSentEvent';

export interface ReadyFrameTraits {
  /** Where a reader stands after it. */
  readonly cursor?: Cursor | undefined;
  readonly eventCount?: number | undefined;
  readonly isNews?: boolean | undefined;
}

/** Below this, deflating gains nothing. */
const LEAST_DEFLATED_BYTES = 256;
const TEXT = 0x81;
const BINARY = 0x82;

/** Above this, two more pieces to write cost less than to copy it. */
const MOST_COPIED_BYTES = 16 * 1024;
const EVENT_START = Buffer.from('data: ');
const EVENT_END = Buffer.from('\n\n');

/** @param rest - bytes of the JSON after `text`: held as they are */
export function createReadyFrame(
  text: string,
  traits: ReadyFrameTraits = {},
  rest: readonly Buffer[] = [],
): ReadyFrame {
  const ownBytes = Buffer.byteLength(text);
  const sizeBytes = rest.reduce((sum, { byteLength }) => sum + byteLength, ownBytes);
  const { bytes, start } = messageOf(TEXT, sizeBytes, ownBytes);
  bytes.write(text, start);
  const json = [bytes.subarray(start), ...rest];
  const message = [bytes, ...rest];
  let deflated: readonly Buffer[] | undefined;
  let sse: readonly Buffer[] | undefined;
  return {
    json,
    sizeBytes,
    eventCount: traits.eventCount ?? 0,
    isNews: traits.isNews ?? true,
    message,
    get deflatedMessage() {
      return (deflated ??= deflate(json, sizeBytes) ?? message);
    },
    get serverSentEvent() {
      if (sse) return sse; // JSON has no line ends of its own
      const head = traits.cursor === undefined ? EVENT_START : Buffer.from(`id: ${traits.cursor}\ndata: `);
      const pieces = [head, ...json, EVENT_END];
      return (sse = sizeBytes > MOST_COPIED_BYTES ? pieces : [Buffer.concat(pieces)]);
    },
  };
}

export const frameOf = (frame: ServerFrame): ReadyFrame =>
  createReadyFrame(JSON.stringify(frame), { isNews: frame.t !== 'welcome' && frame.t !== 'hb' });

function deflate(json: readonly Buffer[], sizeBytes: number): readonly Buffer[] | undefined {
  if (sizeBytes < LEAST_DEFLATED_BYTES) return undefined;
  const [only] = json;
  const packed = deflateRawSync(only && json.length === 1 ? only : Buffer.concat(json));
  if (packed.byteLength >= sizeBytes) return undefined;
  const { bytes, start } = messageOf(BINARY, packed.byteLength);
  packed.copy(bytes, start);
  return [bytes];
}

/** An unmasked message in one frame, its content still empty: room for `ownLength` bytes of it. Source: RFC 6455, section 5.2. */
function messageOf(
  opcode: number,
  length: number,
  ownLength = length,
): { readonly bytes: Buffer; readonly start: number } {
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(start + ownLength);
  bytes[0] = opcode;
  bytes[1] = start === 2 ? length : start === 4 ? 126 : 127;
  if (start === 4) bytes.writeUInt16BE(length, 2);
  else if (start === 10) bytes.writeBigUInt64BE(BigInt(length), 2);
  return { bytes, start };
}
