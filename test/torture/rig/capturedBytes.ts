import { inflateRawSync } from 'node:zlib';

export interface Captured {
  /** The bytes as they came, and what they carried: bodies without chunk borders, deflated messages as text. */
  readonly parts: readonly Buffer[];
  readonly inflatedMessages: number;
}

const HEAD_END = '\r\n\r\n';
const BINARY = 2;

/** Reads what one connection sent as HTTP/1.1 answers, the last of which may have become a WebSocket. Stops where it ends. */
export function readCaptured(bytes: Buffer): Captured {
  const parts: Buffer[] = [bytes];
  let inflatedMessages = 0;
  let at = 0;
  while (at < bytes.length) {
    const headEnd = bytes.indexOf(HEAD_END, at);
    if (headEnd < 0) break;
    const head = bytes.toString('latin1', at, headEnd).toLowerCase();
    at = headEnd + HEAD_END.length;
    if (head.startsWith('http/1.1 101')) {
      const messages = readMessages(bytes.subarray(at));
      inflatedMessages = messages.length;
      parts.push(...messages);
      break;
    }
    if (/\r\ntransfer-encoding: *chunked/.test(head)) {
      const { body, length } = readChunks(bytes.subarray(at));
      parts.push(body);
      at += length;
    } else at += Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1] ?? 0);
  }
  return { parts, inflatedMessages };
}

function readChunks(bytes: Buffer): { readonly body: Buffer; readonly length: number } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const from = lineEnd + 2;
    at = from + size + 2;
    if (!(size > 0)) break;
    chunks.push(bytes.subarray(from, from + size));
  }
  return { body: Buffer.concat(chunks), length: Math.min(at, bytes.length) };
}

/** Binary messages of a server, inflated. Ours are one frame each, without a mask. */
function readMessages(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const opcode = (bytes[at] as number) & 0x0f;
    const short = (bytes[at + 1] as number) & 0x7f;
    const headBytes = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (at + headBytes > bytes.length) break;
    const size =
      short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const payload = bytes.subarray(at + headBytes, at + headBytes + size);
    if (payload.length < size) break; // it was cut here
    if (opcode === BINARY) messages.push(inflateRawSync(payload));
    at += headBytes + size;
  }
  return messages;
}
