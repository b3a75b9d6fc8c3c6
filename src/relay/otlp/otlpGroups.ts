/** The two kinds of export requests. */
export type OtlpSignal = 'spans' | 'logs';

/** Items of one resource and scope, as the body has them. */
export interface OtlpGroup {
  /** Place of the list in the body. */
  readonly path: string;
  /** `{attributes}` */
  readonly resource: unknown;
  /** `{name, version}` */
  readonly scope: unknown;
  readonly size: number;
  /** Reads one; an `UndecodedItem` where that cannot be done. Never throws. */
  readItem(index: number): unknown;
}

/** A part of the body that is no group. */
export interface BrokenGroup {
  readonly path: string;
  readonly code: string;
  readonly reason: string;
}

export type OtlpPart = OtlpGroup | BrokenGroup;
