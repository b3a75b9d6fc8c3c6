import { stat } from 'node:fs/promises';

export interface WatchFileOptions<Content> {
  readonly path: string;
  readonly read: () => Promise<Content>;
  /** Hears of every reading, the newest last. */
  readonly apply: (content: Content) => void;
  /** A later reading failed: what was applied before stays. */
  readonly onFault: (cause: unknown) => void;
}

/** A token that is taken out of the file loses its streams within five seconds. */
const LOOK_EVERY_MS = 2000;

/**
 * Reads a file, and again each time it changes. A reading that comes back after a newer one, e.g. from a folder in the network that hung,
 * changes nothing: it could put back what was taken out.
 * @returns stop
 * @throws what the first reading throws
 */
export async function watchFile<Content>(options: WatchFileOptions<Content>): Promise<() => void> {
  const { path, read, apply, onFault } = options;
  let stamp = await stampOf(path);
  apply(await read());
  let looks = 0;
  let newestLook = 0;
  const look = async () => {
    const next = await stampOf(path);
    if (next === stamp) return;
    stamp = next;
    const own = ++looks;
    try {
      const content = await read();
      if (own < newestLook) return;
      newestLook = own;
      apply(content);
    } catch (cause) {
      if (own >= newestLook) onFault(cause);
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** What changes when a file does: cheap to ask often. `undefined` while it is not there. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}.${size}.${ino}`;
  } catch {
    return undefined;
  }
}
