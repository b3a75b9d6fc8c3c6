import { constants } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';

/** Code of the failure to read a file that is longer than a text can be. */
export const TOO_LARGE = 'ERR_FS_FILE_TOO_LARGE';

/**
 * The text of a UTF-8 file. Looks at its size first: a file that no text can hold would fill the memory before it was refused.
 * Rejects as `node:fs/promises` does, with {@link TOO_LARGE} as code of that one.
 */
export async function readTextFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > constants.MAX_STRING_LENGTH) throw Object.assign(new Error('The file is too large.'), { code: TOO_LARGE });
  return await readFile(path, 'utf8');
}
