import { constants } from 'node:buffer';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTextFile, TOO_LARGE } from '../../src/cli/readTextFile.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file named on the command line', () => {
  it('that no text can hold is refused by its size, before it fills the memory', async () => {
    const path = join(folder, 'huge.json');
    await writeFile(path, '[');
    await truncate(path, constants.MAX_STRING_LENGTH + 1);
    await expect(readTextFile(path)).rejects.toMatchObject({ code: TOO_LARGE });
  });

  it('is read as text; one that is not there fails as the system says', async () => {
    const path = join(folder, 'small.json');
    await writeFile(path, '["é"]');
    expect(await readTextFile(path)).toBe('["é"]');
    await expect(readTextFile(join(folder, 'gone.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
