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
export function bodyEncodingOf(headers: Headers): BodyEncoding | undefined {
  const contentType = headers.get('content-type')?.trim() ?? '';
  if (isJson.test(contentType)) return 'json';
  return isProtobuf.test(contentType) ? 'protobuf' : undefined;
}

const unpackers = { gzip: createGunzip, deflate: createInflate } as const;

/**
 * Reads a body as bytes, never more than the limit: what announces more is refused unread, what turns out to be more
 * is dropped at the limit, packed or not.
 * @param accepts - encodings that the route takes
 * @throws {HttpFault} 415, 413, 408 or 400 with a code
 */
export async function readBody(
  request: Request,
  limits: BodyLimits,
  accepts: readonly BodyEncoding[] = ['json'],
): Promise<Uint8Array> {
  const { headers } = request;
  const { maxBytes, area = 'ingest' } = limits;
  const encoding = bodyEncodingOf(headers);
  if (!encoding || !accepts.includes(encoding)) throw new HttpFault(415, `${area}.content-type`);
  const packing = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  const isPacked = packing === 'gzip' || packing === 'deflate';
  if (packing !== 'identity' && !isPacked) throw new HttpFault(415, `${area}.content-encoding`);
  if (Number(headers.get('content-length') ?? 0) > maxBytes) throw new HttpFault(413, `${area}.too-large`);
  const body = await readAll(request.body, limits);
  return isPacked ? unpack(body, unpackers[packing](), maxBytes, area) : body;
}

async function readAll(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, timeoutMs, area = 'ingest' }: BodyLimits,
): Promise<Buffer> {
  if (!body) return Buffer.alloc(0);
  const reader = body.getReader();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader.cancel().catch(() => {});
  }, timeoutMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (isLate) throw new HttpFault(408, `${area}.body-timeout`);
      if (done) return Buffer.concat(chunks, size);
      size += value.byteLength;
      if (size > maxBytes) {
        void reader.cancel().catch(() => {});
        throw new HttpFault(413, `${area}.too-large`);
      }
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
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
