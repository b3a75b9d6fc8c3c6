const signals = ['SIGTERM', 'SIGINT'] as const;

/** What has to be sent before the process ends. */
type Flush = () => Promise<void>;
/** Of this process; one set of listeners serves all processors. */
const flushes = new Set<Flush>();

/**
 * Runs `flush` before the process ends by itself or by a signal. The signal keeps its effect: when nobody else listens
 * for it, it is raised again afterwards.
 * @returns takes it back
 */
export function addExitFlush(flush: Flush): () => void {
  if (flushes.size === 0) {
    process.on('beforeExit', onBeforeExit);
    for (const signal of signals) process.on(signal, onSignal);
  }
  flushes.add(flush);
  return () => {
    flushes.delete(flush);
    if (flushes.size > 0) return;
    process.off('beforeExit', onBeforeExit);
    removeSignalListeners();
  };
}

const flushAll = () => Promise.allSettled([...flushes].map((flush) => flush()));

function onBeforeExit(): void {
  void flushAll();
}

function onSignal(signal: NodeJS.Signals): void {
  // Gone before anyone waits: a second signal ends the process at once, and an SDK that counts listeners counts right.
  removeSignalListeners();
  void flushAll().then(() => {
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  });
}

function removeSignalListeners(): void {
  for (const signal of signals) process.off(signal, onSignal);
}
