export type Urgency = 'polite' | 'assertive';
/** `important`: what changes what a person does. `all`: also what is only good to know. */
export type AnnounceLevel = 'off' | 'important' | 'all';

/** At most one announcement in so long, ms. */
const announceEveryMs: Readonly<Record<Urgency, number>> = { polite: 5_000, assertive: 15_000 };

interface Line {
  text: string;
  waiting: string[];
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** The text of the two live regions: rate-limited, and what came meanwhile is said together. */
export interface Announcer {
  readonly say: (text: string, urgency: Urgency) => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: (urgency: Urgency) => string;
  /** Ends the timers; a later `say` starts anew. */
  readonly stop: () => void;
}

export function createAnnouncer(): Announcer {
  const listeners = new Set<() => void>();
  const lines: Record<Urgency, Line> = {
    polite: { text: '', waiting: [], timer: undefined },
    assertive: { text: '', waiting: [], timer: undefined },
  };
  const show = (urgency: Urgency) => {
    const line = lines[urgency];
    line.timer = undefined;
    if (line.waiting.length === 0) return;
    // the same words twice change nothing in the page, so a reader would stay silent: a no-break space makes them differ
    const text = line.waiting.slice(-3).join(' ');
    line.text = text === line.text ? `${text}\u00a0` : text;
    line.waiting = [];
    line.timer = setTimeout(() => show(urgency), announceEveryMs[urgency]);
    for (const listener of listeners) listener();
  };
  return {
    say(text, urgency) {
      const line = lines[urgency];
      line.waiting = [...line.waiting.filter((other) => other !== text), text];
      if (line.timer === undefined) show(urgency);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: (urgency) => lines[urgency].text,
    stop() {
      for (const line of Object.values(lines)) {
        clearTimeout(line.timer);
        line.timer = undefined;
        line.waiting = [];
      }
    },
  };
}
