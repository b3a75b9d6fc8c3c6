/** Follows the steps of a path rule through a value. Immutable; equal places are the same object. */
export interface PathMatcher {
  /** One step down: a key, or an index as text. */
  step(key: string): PathMatcher;
  /** The rule names this place. */
  readonly isHere: boolean;
  /** Nothing below is named either. */
  readonly isOver: boolean;
}

/** `*` inside of a step stands for any number of signs. Linear: each part is looked for once, from left to right. */
function globOf(step: string): (key: string) => boolean {
  const [head = '', ...parts] = step.toLowerCase().split('*');
  const tail = parts.pop();
  if (tail === undefined) return (key) => key === head;
  return (key) => {
    if (!key.startsWith(head) || !key.endsWith(tail)) return false;
    let at = head.length;
    for (const part of parts) {
      const found = key.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= key.length - tail.length;
  };
}

/**
 * @param path - steps with dots between: a key, `*` (any one step; also within a key), `**` (any number of steps). An index of a list is
 * a step. Upper and lower case are the same. A key with dots in it is a step, and as well the steps that it spells: `user.email`.
 */
export function createPathMatcher(path: string): PathMatcher {
  const steps = path.split('.');
  const globs = steps.map((step) => (step === '**' ? undefined : globOf(step)));
  const made = new Map<string, PathMatcher>();

  /** Places in the path that the value so far leads to; `**` may also stand for nothing. */
  const closed = (places: Iterable<number>): number[] => {
    const all = new Set(places);
    for (const place of all) if (steps[place] === '**') all.add(place + 1);
    return [...all].sort((left, right) => left - right);
  };
  const after = (place: number, key: string): number[] => {
    if (place === steps.length) return [];
    const glob = globs[place];
    if (!glob) return [place];
    return glob(key) ? [place + 1] : [];
  };
  const at = (places: readonly number[]): PathMatcher => {
    const key = places.join();
    const known = made.get(key);
    if (known) return known;
    const matcher: PathMatcher = {
      isHere: places.includes(steps.length),
      isOver: places.every((place) => place === steps.length),
      step(name) {
        const lowered = name.toLowerCase();
        const asOne = places.flatMap((place) => after(place, lowered));
        if (!lowered.includes('.')) return at(closed(asOne));
        // a place that is reached on the way is above all that follows
        const asSeveral = lowered
          .split('.')
          .reduce(
            (reached, part) =>
              closed(reached.flatMap((place) => (place === steps.length ? [place] : after(place, part)))),
            places,
          );
        return at(closed([...asOne, ...asSeveral]));
      },
    };
    made.set(key, matcher);
    return matcher;
  };
  return at(closed([0]));
}
