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
const MAX_NAMES = 8192;
const scratch = Buffer.alloc(2 * SNAPSHOT_PART_BYTES);

export function createSharedParts(maxNames = MAX_NAMES): SharedParts {
  const known = new Map<string, WeakRef<Buffer>>();
  return {
    take(name, texts) {
      const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      const before = known.get(name)?.deref();
      known.delete(name); // the newest stand last
      const bytes =
        before?.byteLength === size && isSame(before, texts) ? before : write(Buffer.allocUnsafe(size), texts);
      known.set(name, new WeakRef(bytes));
      for (const oldest of known.keys()) {
        if (known.size <= maxNames) break;
        known.delete(oldest);
      }
      return bytes;
    },
  };
}

const isSame = (bytes: Buffer, texts: readonly string[]): boolean =>
  bytes.byteLength <= scratch.byteLength && write(scratch, texts).subarray(0, bytes.byteLength).equals(bytes);

function write(target: Buffer, texts: readonly string[]): Buffer {
  let end = 0;
  for (const text of texts) end += target.write(text, end);
  return target;
}
