/** A process that reports: what it is, when it was last heard, what it lost. */
export interface Producer {
  readonly producerId: string;
  readonly sdk?: string | undefined;
  readonly sdkVersion?: string | undefined;
  readonly language?: string | undefined;
  readonly service?: string | undefined;
  /** `undefined`: it sends no beats. */
  readonly beatEveryMs?: number | undefined;
  readonly lastHeardAtMs: number;
  /** Events the process let go because its queue was full, as it last said. */
  readonly droppedEvents: number;
  /** Events that the relay found missing in the producer's own numbering. */
  readonly missingEvents: number;
}
