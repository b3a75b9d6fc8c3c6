/** Longest stretch of work before others have their turn, ms. */
const TURN_MS = 8;

/** Keeps long work from holding up everybody else on the one thread there is. */
export interface Turns {
  /** `undefined` while there is time left; else a promise to wait for: it is kept after everything else had its turn. */
  giveWay(): Promise<void> | undefined;
}

/** Work of all {@link Turns} since input was last looked at, ms: many at once share one turn, or each would take its own. */
let spentMs = 0;
/** Up to when it has been counted: the same time is not spent twice, however many were at work in it. */
let countedMs = 0;
let isTicking = false;
const waiting: (() => void)[] = [];

/**
 * Those that wait go on one after the other, each until it waits for something else, until the turn is used up; then input is
 * looked at again. One alone a turn would let them pile up wherever a round of the loop takes long: readers give up, ask again, and
 * wait behind what they asked for before.
 */
function tick(): void {
  spentMs = 0;
  isTicking = waiting.length > 0;
  if (!isTicking) return;
  const sinceMs = performance.now();
  const cpu = process.cpuUsage();
  const goOn = () => {
    waiting.shift()?.();
    if (waiting.length > 0)
      queueMicrotask(() => process.nextTick(next)); // runs when no microtask is left: its work is done
    else isTicking = false;
  };
  const next = () => {
    // time in which the machine did something else is not used up; nor is what other threads did meanwhile
    const isUsedUp = performance.now() - sinceMs >= TURN_MS && cpuMsSince(cpu) >= TURN_MS;
    if (isUsedUp) setImmediate(tick);
    else goOn();
  };
  goOn();
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function askForTick(): void {
  if (isTicking) return;
  isTicking = true;
  setImmediate(tick);
}

export function createTurns(): Turns {
  let sinceMs = performance.now();
  return {
    giveWay() {
      const nowMs = performance.now();
      spentMs += nowMs - Math.max(sinceMs, countedMs);
      sinceMs = nowMs;
      countedMs = nowMs;
      askForTick();
      if (spentMs < TURN_MS) return undefined;
      return new Promise<void>((resolve) => waiting.push(resolve)).then(() => {
        sinceMs = performance.now();
      });
    },
  };
}
