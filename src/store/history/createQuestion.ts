import { codeOfFault } from './codeOfFault.ts';

/** The answer so far. Another object after each change. */
export interface QuestionSnapshot<Answer> {
  readonly state: 'idle' | 'loading' | 'ready' | 'error';
  /** The last good answer; stays while the question is asked again. */
  readonly answer: Answer | undefined;
  readonly errorCode: string | undefined;
}

/** One question to the history that is asked while somebody listens, and again from time to time. */
export interface Question<Answer> {
  /** Asks when the first listener comes, gives up when the last one leaves. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => QuestionSnapshot<Answer>;
  /** Asks again now. */
  readonly reload: () => void;
}

/** What is asked, and how often. */
export interface QuestionOptions<Answer> {
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
  /** Asks again so long after an answer, ms. Absent: never by itself. */
  readonly refreshEveryMs?: number | undefined;
}

/** Asks one question while somebody listens. The last good answer stays while it is asked again. */
export function createQuestion<Answer>({ ask, refreshEveryMs }: QuestionOptions<Answer>): Question<Answer> {
  const listeners = new Set<() => void>();
  let snapshot: QuestionSnapshot<Answer> = { state: 'idle', answer: undefined, errorCode: undefined };
  let abort: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isPlanned = false;

  const show = (next: Partial<QuestionSnapshot<Answer>>) => {
    snapshot = { ...snapshot, ...next };
    for (const listener of listeners) listener();
  };

  const start = () => {
    clearTimeout(timer);
    abort?.abort();
    const own = new AbortController();
    abort = own;
    show({ state: 'loading', errorCode: undefined });
    ask(own.signal).then(
      (answer) => settle(own, { state: 'ready', answer }),
      (cause: unknown) => settle(own, { state: 'error', errorCode: codeOfFault(cause) }),
    );
  };

  const settle = (own: AbortController, next: Partial<QuestionSnapshot<Answer>>) => {
    if (own !== abort) return;
    abort = undefined;
    if (refreshEveryMs !== undefined && listeners.size > 0) timer = setTimeout(start, refreshEveryMs);
    show(next);
  };

  /** A view that mounts twice in one go asks once. */
  const plan = () => {
    if (isPlanned) return;
    isPlanned = true;
    queueMicrotask(() => {
      isPlanned = false;
      if (listeners.size > 0 && !abort && timer === undefined) start();
    });
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) plan();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
        abort?.abort();
        abort = undefined;
      };
    },
    read: () => snapshot,
    reload: start,
  };
}
