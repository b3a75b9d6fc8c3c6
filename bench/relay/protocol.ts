/** What a server process serves. `raw` and `naive` are what ours is held against. */
export type ServerKind = 'raw' | 'naive' | 'relay';
/** What relays of a fleet share. */
export interface FleetPlaces {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly labelKey: string;
}
/** How clients come in. */
export type ClientKind = 'net' | 'ws' | 'ws-deflate' | 'sse';

export interface Blast {
  /** Flushes, a tick or more apart. */
  readonly ticks: number;
  readonly eventsPerTick: number;
}

export type ServerRequest =
  | { readonly op: 'open'; readonly kind: ServerKind; readonly fleet?: FleetPlaces | undefined }
  /** CPU since the last time this was asked. */
  | { readonly op: 'spent' }
  | { readonly op: 'memory' }
  /** CPU that the same events cost while nobody reads. */
  | { readonly op: 'idle'; readonly blast: Blast }
  | { readonly op: 'blast'; readonly blast: Blast };
export type ServerReply =
  | { readonly port: number; readonly token: string }
  | { readonly rssBytes: number }
  | { readonly cpuUs: number };

export type ClientRequest =
  | {
      readonly op: 'connect';
      readonly kind: ClientKind;
      readonly port: number;
      readonly token: string;
      readonly count: number;
    }
  | { readonly op: 'reset' }
  | { readonly op: 'stats' };

export interface ClientStats {
  /** Bytes that each client got since the reset, on average. */
  readonly bytesPerClient: number;
  /** Events that the first client got. */
  readonly events: number;
  /** From the making of an event to its arrival, ms, over some of the clients. */
  readonly p99Ms: number;
}
