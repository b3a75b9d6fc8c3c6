import { stat } from 'node:fs/promises';

/** What changes when a file does: cheap to ask often. `undefined` while it is not there. */
export async function readFileStamp(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}.${size}.${ino}`;
  } catch {
    return undefined;
  }
}
