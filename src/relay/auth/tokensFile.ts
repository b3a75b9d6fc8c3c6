import { readFile } from 'node:fs/promises';
import { MonitorError } from '../../model/errors.ts';
import { type TokenEntry, tokensFileSchema } from '../settings/settingsSchema.ts';

const refuse = (path: string, fault: string, cause?: unknown) =>
  new MonitorError(
    'settings.bad-tokens-file',
    {
      happened: `SPANLIGHT_TOKENS=${path}: ${fault}.`,
      follows: 'Its tokens are not in force.',
      todo: 'Make it a JSON list of {"name", "sha256", "roles", "project"}; sha256 is the output of: npx spanlight token hash',
    },
    { cause },
  );

/** Reads the file of tokens. @throws {MonitorError} `settings.bad-tokens-file`, which names the entry and field, no value */
export async function readTokensFile(path: string): Promise<readonly TokenEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw refuse(path, `it cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown fault'})`, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse(path, 'it is no JSON'); // no cause: V8 quotes the text in its message
  }
  const parsed = tokensFileSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(path, `[${issue?.path.join('.') ?? ''}] ${issue?.message ?? 'is not valid'}`);
  }
  const seen = new Set<string>();
  for (const [index, { sha256 }] of parsed.data.entries()) {
    if (seen.has(sha256)) throw refuse(path, `entry ${index} has the digest of an entry before it`);
    seen.add(sha256);
  }
  return parsed.data;
}
