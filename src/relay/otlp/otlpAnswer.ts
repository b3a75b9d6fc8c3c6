import { create, toBinary } from '@bufbuild/protobuf';
import { type ErrorAnswer, messageOf } from '../http/httpErrors.ts';
import { ExportResponseSchema, RpcStatusSchema } from './otlp_pb.ts';
import type { OtlpSignal } from './otlpGroups.ts';
import type { OtlpEncoding } from './readOtlp.ts';

const contentTypes = { json: 'application/json', protobuf: 'application/x-protobuf' } as const;

/** What was not taken of a request that was. */
export interface PartialSuccess {
  readonly rejectedItems: number;
  /** For the exporter's log: codes and counts, nothing of the content. */
  readonly errorMessage: string;
}

/** Answer 200: taken, wholly or but for what `partial` says. In the encoding of the request, as OTLP asks. */
export function otlpAnswer(encoding: OtlpEncoding, signal: OtlpSignal, partial: PartialSuccess | undefined): Response {
  const headers = { 'content-type': contentTypes[encoding] };
  if (encoding === 'json') {
    const rejected = signal === 'spans' ? 'rejectedSpans' : 'rejectedLogRecords';
    const partialSuccess = partial
      ? { [rejected]: String(partial.rejectedItems), errorMessage: partial.errorMessage }
      : {};
    return new Response(JSON.stringify({ partialSuccess }), { headers });
  }
  const message = create(ExportResponseSchema, {
    ...(partial && {
      partialSuccess: { rejectedItems: BigInt(partial.rejectedItems), errorMessage: partial.errorMessage },
    }),
  });
  return new Response(toBinary(ExportResponseSchema, message), { headers });
}

/** Codes of gRPC, which the body of a refusal carries: what OTLP maps the HTTP status from. */
const rpcCodes: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 429: 8, 503: 14 };
const UNKNOWN = 2;

/** A refusal. Exporters try again after 429 and 503, and drop what got any other status. */
export function otlpFault(encoding: OtlpEncoding, { status, code, retryAfterSec }: ErrorAnswer): Response {
  const rpc = { code: rpcCodes[status] ?? UNKNOWN, message: `${code}: ${messageOf(code)}` };
  const headers = {
    'content-type': contentTypes[encoding],
    ...(retryAfterSec !== undefined && { 'retry-after': String(retryAfterSec) }),
  };
  if (encoding === 'json') {
    // beside the status of gRPC what every other answer of the relay has
    return new Response(JSON.stringify({ ...rpc, error: { code, message: messageOf(code) } }), { status, headers });
  }
  return new Response(toBinary(RpcStatusSchema, create(RpcStatusSchema, rpc)), { status, headers });
}
