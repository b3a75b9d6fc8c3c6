/** Messages in the order they came, the deflated ones as text again. Inflating takes its time off this thread. */
export interface InflatingInbox {
  take(message: string | ArrayBuffer): void;
  /** Runs it after all that was taken. */
  whenEmpty(act: () => void): void;
}

const FORMAT = 'deflate-raw';

/** Whether the platform can (all browsers since 2023, Node). */
export function canInflate(): boolean {
  try {
    new DecompressionStream(FORMAT);
    return true;
  } catch {
    return false;
  }
}

export function createInflatingInbox(owner: {
  readonly onText: (text: string) => void;
  readonly onBad: (cause: unknown) => void;
}): InflatingInbox {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();

  /** At once while nothing is under way: plain text pays nothing. */
  const inTurn = (step: () => Promise<void> | void) => {
    if (waiting === 0) {
      const done = step();
      if (done) follow(done);
      return;
    }
    follow(last.then(step));
  };
  const follow = (step: Promise<void>) => {
    waiting += 1;
    last = step.catch(owner.onBad).finally(() => {
      waiting -= 1;
    });
  };

  return {
    take: (message) =>
      inTurn(() => (typeof message === 'string' ? owner.onText(message) : inflate(message).then(owner.onText))),
    whenEmpty: inTurn,
  };
}

const inflate = (bytes: ArrayBuffer): Promise<string> =>
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream(FORMAT))).text();
