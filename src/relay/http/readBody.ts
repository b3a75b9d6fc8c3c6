import { createGunzip } from 'node:zlib';
import { HttpFault } from './httpErrors.ts';

export interface BodyLimits {
  /** As it comes, and unpacked. */
  readonly maxBytes: number;
  /** A body that is not whole by then is refused, ms. */
  readonly timeoutMs: number;
  /** First part of the codes. Default `ingest`. */
  readonly area?: 'ingest' | 'stream' | undefined;
}

/**
 * Reads a JSON body as bytes, never more than the limit: what announces more is refused unread, what turns out to be more
 * is dropped at the limit, packed or not.
 * @throws {HttpFault} 415, 413, 408 or 400 with a code
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const { headers } = request;
  const { maxBytes, area = 'ingest' } = limits;
  if (!/^application\/json(?:\s*;\s*charset\s*=\s*"?utf-8"?)?$/i.test(headers.get('content-type')?.trim() ?? '')) {
    throw new HttpFault(415, `${area}.content-type`);
  }
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') throw new HttpFault(415, `${area}.content-encoding`);
  if (Number(headers.get('content-length') ?? 0) > maxBytes) throw new HttpFault(413, `${area}.too-large`);
  const packed = await readAll(request.body, limits);
  return encoding === 'gzip' ? unpack(packed, maxBytes, area) : packed;
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
function unpack(packed: Buffer, maxBytes: number, area: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip();
    const chunks: Buffer[] = [];
    let size = 0;
    gunzip.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        gunzip.destroy();
        reject(new HttpFault(413, `${area}.too-large`));
        return;
      }
      chunks.push(chunk);
    });
    gunzip.on('end', () => resolve(Buffer.concat(chunks, size)));
    gunzip.on('error', () => reject(new HttpFault(400, `${area}.bad-gzip`)));
    gunzip.end(packed);
  });
}
