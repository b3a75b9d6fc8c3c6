import type { HelloFrame } from '../../model/wire.ts';
import type { TransportKind, Wire, WireClosed, WireSink } from '../types.ts';

/** One opening of a wire. It may still call back when a newer one stands, or none does: then it is not heard. */
export interface Attempt {
  /** Aborted as soon as the attempt is over, whoever ended it. */
  readonly signal: AbortSignal;
  /** It speaks for the wire. */
  readonly isCurrent: boolean;
  deliver(text: string): void;
  /** Bytes came. */
  progress(): void;
  /** Ends it, once. */
  end(closed: WireClosed): void;
  currentHello(): HelloFrame;
}

/**
 * A wire that opens again for each change of its subscriptions.
 * @param follow - opens and reads until the attempt ends; what it throws ends it, too
 */
export function createAttemptWire(
  kind: TransportKind,
  follow: (attempt: Attempt, hello: HelloFrame) => Promise<void>,
): Wire {
  let current: AbortController | undefined;

  const close = () => {
    const old = current;
    current = undefined;
    old?.abort();
  };

  const open = (hello: HelloFrame, sink: WireSink) => {
    close();
    const own = new AbortController();
    current = own;
    const attempt: Attempt = {
      signal: own.signal,
      get isCurrent() {
        return own === current;
      },
      deliver(text) {
        if (own === current) sink.onData(text);
      },
      progress() {
        if (own === current) sink.onProgress();
      },
      end(closed) {
        if (own !== current) return;
        close();
        sink.onClosed(closed);
      },
      currentHello: () => sink.currentHello(),
    };
    follow(attempt, hello).catch((cause: unknown) =>
      attempt.end({ code: 'transport.unreachable', canRetry: true, cause }),
    );
  };

  return {
    kind,
    open,
    setSubs(_subs, hello, sink) {
      if (current) open(hello, sink); // else the hello that is about to be said has them
    },
    close,
  };
}
