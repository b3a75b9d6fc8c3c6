export type AnyFrame = Readonly<Record<string, unknown>> & { readonly t: string };

interface SkewRules {
  /** What a reader says, as the relay hears it. */
  toRelay(frame: AnyFrame): AnyFrame;
  /** What the relay says, as the reader hears it. */
  toReader(frame: AnyFrame): readonly AnyFrame[];
}

const novelty = { novelty: { deep: [1, null] } };
const pick = (frame: AnyFrame, keys: readonly string[]): AnyFrame =>
  Object.fromEntries(Object.entries(frame).filter(([key]) => keys.includes(key))) as AnyFrame;
const without = (frame: AnyFrame, keys: readonly string[]): AnyFrame =>
  Object.fromEntries(Object.entries(frame).filter(([key]) => !keys.includes(key))) as AnyFrame;

/** Keys of a hello that every reader of version 1 must say, or has said from its first release on. */
const firstHello = ['t', 'v', 'token', 'cursor', 'subs', 'wait', 'limit'];
/** What version 1 lets a relay leave away. */
const optional: Readonly<Record<string, readonly string[]>> = {
  welcome: ['lens', 'degraded'],
  hb: ['degraded'],
  rows: ['at'],
  bye: ['againMs'],
};

/**
 * Releases of one version differ in what they add.
 * `newer`: the relay says more than the reader knows: keys in frames and events, frames in between.
 * `older`: a reader that says no more than it must, at a relay that leaves away what it may.
 */
export const skews = {
  newer: {
    toRelay: (frame) => frame,
    toReader(frame) {
      const { ev } = frame;
      const events = Array.isArray(ev) && {
        ev: ev.map((event: { readonly a?: object }) => ({ ...event, ...novelty, a: { ...event.a, ...novelty } })),
      };
      return [
        { ...frame, ...novelty, ...events },
        { t: 'novelty', ...novelty },
      ];
    },
  },
  older: {
    toRelay: (frame) => (frame.t === 'hello' ? pick(frame, firstHello) : frame),
    toReader: (frame) => (frame.t === 'live' ? [] : [without(frame, optional[frame.t] ?? [])]),
  },
} as const satisfies Readonly<Record<string, SkewRules>>;

export type Skew = keyof typeof skews;
