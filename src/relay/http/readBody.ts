import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import { HttpFault } from './httpErrors.ts';

export interface BodyLimits {
  /** As it comes, and unpacked. */
  readonly maxBytes: number;
  /** A body that is not whole by then is refused, ms. */
  readonly timeoutMs: number;
  /** First part of the codes. Default `ingest`. */
  readonly area?: 'ingest' | 'stream' | undefined;
}

const isJson = /^application\/json(?:\s*;\s*charset\s*=\s*"?utf-8"?)?$/i;
const isProtobuf = /^application\/(?:x-)?protobuf$/i;

/** What a body may be written in. */
export type BodyEncoding = 'json' | 'protobuf';

/** @returns `undefined` for another encoding, or none */
export function bodyEncodingOf({ headers }: Pick<IncomingMessage, 'headers'>): BodyEncoding | undefined {
  const contentType = headers['content-type']?.trim() ?? '';
  if (isJson.test(contentType)) return 'json';
  return isProtobuf.test(contentType) ? 'protobuf' : undefined;
}

const unpackers = { gzip: createGunzip, deflate: createInflate } as const;

/** A request as Node gives it. */
type IncomingBody = Readable & Pick<IncomingMessage, 'headers'>;

/**
 * Reads a body as bytes, never more than the limit: what announces more is refused unread, what turns out to be more
 * is dropped at the limit, packed or not. From Node's stream, not from that of a `Request`: it costs a tenth, and nothing of it
 * stays behind for as long as an answer goes on.
 * @param accepts - encodings that the route takes
 * @throws {HttpFault} 415, 413, 408 or 400 with a code
 */
export async function readBody(
  incoming: IncomingBody,
  limits: BodyLimits,
  accepts: readonly BodyEncoding[] = ['json'],
): Promise<Uint8Array> {
  const { headers } = incoming;
  const { maxBytes, area = 'ingest' } = limits;
  const encoding = bodyEncodingOf(incoming);
  if (!encoding || !accepts.includes(encoding)) throw new HttpFault(415, `${area}.content-type`);
  const packing = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const isPacked = packing === 'gzip' || packing === 'deflate';
  if (packing !== 'identity' && !isPacked) throw new HttpFault(415, `${area}.content-encoding`);
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw new HttpFault(413, `${area}.too-large`);
  const body = await readAll(incoming, limits);
  return isPacked ? unpack(body, unpackers[packing](), maxBytes, area) : body;
}

function readAll(incoming: IncomingBody, { maxBytes, timeoutMs, area = 'ingest' }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const settle = (end: () => void) => {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('error', onError).off('close', onError);
      incoming.pause(); // what still comes is let go once the answer is out
      end();
    };
    const refuse = (status: number, what: string) => settle(() => reject(new HttpFault(status, `${area}.${what}`)));
    const onData = (chunk: Buffer) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) refuse(413, 'too-large');
      else chunks.push(chunk);
    };
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks, sizeBytes)));
    const onError = () => refuse(400, 'body-broken'); // nobody is there to read it
    const timer = setTimeout(() => refuse(408, 'body-timeout'), timeoutMs);
    incoming.on('data', onData).once('end', onEnd).once('error', onError).once('close', onError);
    if (incoming.destroyed) onError();
  });
}

/** Stops at the limit: a bomb is never unpacked whole. */
function unpack(packed: Buffer, unpacker: Gunzip | Inflate, maxBytes: number, area: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    unpacker.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        unpacker.destroy();
        reject(new HttpFault(413, `${area}.too-large`));
        return;
      }
      chunks.push(chunk);
    });
    unpacker.on('end', () => resolve(Buffer.concat(chunks, size)));
    unpacker.on('error', () => reject(new HttpFault(400, `${area}.bad-packing`)));
    unpacker.end(packed);
  });
}
