import type { Role } from '../model/capabilities.ts';
import type { MonitorEvent } from '../model/event.ts';
import type { Scope } from '../model/scope.ts';

/** A reader whose stream opened or closed. */
export interface ReaderContext {
  readonly conn: string;
  readonly who: string;
  readonly project: string;
  readonly roles: readonly Role[];
}

/** A GET that a plugin may answer. */
export interface PluginRequest {
  readonly url: URL;
  readonly headers: Headers;
  /** Address of the other end; empty where it is not known. */
  readonly remoteAddress: string;
}

/**
 * Something that takes part in a relay. Every hook is optional; a hook that throws is logged by its code and changes
 * nothing, except `onAuthorize`, whose failure means no.
 */
export interface RelayPlugin {
  readonly name: string;
  /** The relay listens. */
  onStart?(context: { readonly url: string; readonly port: number }): void | Promise<void>;
  /**
   * Asked for each request and each stream after the token was found, and again while a stream lives.
   * @returns `false` refuses
   */
  onAuthorize?(context: {
    readonly who: string;
    readonly project: string;
    readonly roles: readonly Role[];
    /** Which runs it may see; `undefined`: those of the whole project. */
    readonly scope?: Scope | undefined;
  }): boolean;
  /** Events that were just stored, with `seq` and `rts`, without content. Unprojected: they must not leave the process as they are. */
  onEvents?(context: { readonly project: string; readonly events: readonly MonitorEvent[] }): void;
  /**
   * A GET that no route of the relay answers, asked before the dashboard's files. Host and Origin were checked, nothing else was:
   * no token is needed to come here.
   * @returns `undefined`: not mine
   */
  onGet?(context: PluginRequest): Response | undefined | Promise<Response | undefined>;
  onReaderOpen?(context: ReaderContext): void;
  onReaderClose?(context: ReaderContext): void;
  /** The relay closes; it waits for the promise, at most a few seconds. */
  onClose?(): void | Promise<void>;
}
