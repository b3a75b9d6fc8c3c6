/**
 * Content of a span, a run, a log line or an approval. It rides in no stream: a stream has a {@link DetailRef} for each part,
 * and the part is fetched when someone with `read.payload` opens it. A store that is fed a file has the parts inline.
 */
export const detailParts = [
  'input',
  'output',
  'instructions',
  'arguments',
  'error',
  'attributes',
  'metadata',
  'message',
  'reason',
] as const;
/** A part of content. */
export type DetailPart = (typeof detailParts)[number];

/** The parts, each any JSON value. `error` is `{ message?, type?, stack?, data? }`. */
export type Detail = { readonly [Part in DetailPart]?: unknown };

/** What `detail.error` holds. */
export interface ErrorDetail {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly stack?: string | undefined;
  readonly data?: unknown;
}

/** Shape of a part: enough to say "3 messages, 2.1 kB" and nothing of the content. */
export const detailKinds = ['text', 'messages', 'object', 'list', 'number', 'boolean', 'null', 'binary'] as const;
/** Shape of a part of content. */
export type DetailKind = (typeof detailKinds)[number];

/** What there is of a part, without its content. */
export interface DetailRef {
  readonly kind: DetailKind;
  /** Bytes of the part as UTF-8 JSON. */
  readonly sizeBytes: number;
  /** Messages, keys or items, where `kind` has them. */
  readonly count?: number | undefined;
  /** The producer cut the part before it sent it. */
  readonly isTruncated?: boolean | undefined;
}

/** The parts that there are. */
export type DetailRefs = { readonly [Part in DetailPart]?: DetailRef };
