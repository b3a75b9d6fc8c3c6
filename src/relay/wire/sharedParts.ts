import { SNAPSHOT_PART_BYTES } from './timings.ts';

/**
 * Bytes of snapshots that somebody still holds. Most of a project does not change from one snapshot to the next: what is the same
 * is not held twice, so that readers who came one after the other cost little more than those who came together.
 */
export interface SharedParts {
  /**
   * @param name - where in a snapshot it stands, and who sees it
   * @returns the bytes of the texts one after the other: those of an earlier snapshot, where they are the same
   */
  take(name: string, texts: readonly string[]): Buffer;
}

/** Names that are remembered; what they stand for is held by readers alone. */
const MAX_NAMES = 4096;
/** What is larger is not compared: it is one event that is as large as that. */
const scratch = Buffer.alloc(2 * SNAPSHOT_PART_BYTES);

export function createSharedParts(maxNames = MAX_NAMES): SharedParts {
  const known = new Map<string, WeakRef<Buffer>>();
  return {
    take(name, texts) {
      const before = known.get(name)?.deref();
      known.delete(name); // the newest stand last
      const bytes = bytesOf(texts, before);
      known.set(name, new WeakRef(bytes));
      for (const oldest of known.keys()) {
        if (known.size <= maxNames) break;
        known.delete(oldest);
      }
      return bytes;
    },
  };
}

/** @returns `before` where it says the same */
function bytesOf(texts: readonly string[], before: Buffer | undefined): Buffer {
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (before?.byteLength !== size || size > scratch.byteLength) return write(Buffer.allocUnsafe(size), texts);
  const written = write(scratch, texts).subarray(0, size);
  return written.equals(before) ? before : Buffer.from(written);
}

function write(target: Buffer, texts: readonly string[]): Buffer {
  let end = 0;
  for (const text of texts) end += target.write(text, end);
  return target;
}
