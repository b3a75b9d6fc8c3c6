import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { chmod, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Role, roles } from '../model/capabilities.ts';
import { MonitorError } from '../model/errors.ts';
import { readTokensFile } from '../relay/auth/tokensFile.ts';
import { type TokenEntry, tokensFileSchema } from '../relay/settings/settingsSchema.ts';
import type { Io, RunCommand } from './io.ts';
import { codeOf } from './traceFiles/tellOutcome.ts';

const help = `Usage: spanlight token <make | hash | list> [options]

Tokens of people and tenants, in the file that SPANLIGHT_TOKENS names. The file holds digests, never a token.

  make --name NAME --role ROLE   makes a token, adds it to the file, prints it once
  hash                           prints the digest of a token that is read from the variable SPANLIGHT_TOKEN
  list                           prints who has a token, without digests

Options:
      --file PATH       default: SPANLIGHT_TOKENS
      --role ROLE       ${roles.join(', ')}; more than one: repeat it
      --project NAME    default: default
      --user ID, --session ID, --tag TAG   only runs of this user, session, with this tag (repeat it)
      --days N          how long it holds; default: until it is taken out of the file
  -h, --help            this text
`;

const options = {
  file: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string', multiple: true },
  project: { type: 'string' },
  user: { type: 'string' },
  session: { type: 'string' },
  tag: { type: 'string', multiple: true },
  days: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const wrongUse = (happened: string, todo: string) =>
  new MonitorError('cli.bad-token-command', { happened, follows: 'Nothing was changed.', todo });

/** `spanlight token`: makes, hashes and lists tokens. */
export const runToken: RunCommand = async (argv, io) => {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const [action] = positionals;
  if (values.help || action === undefined) {
    io.stdout(help);
    return values.help ? 0 : 2;
  }
  if (action === 'hash') {
    const token = io.env['SPANLIGHT_TOKEN'];
    if (!token)
      throw wrongUse(
        'There is no token to hash.',
        'Set SPANLIGHT_TOKEN to it: an argument would stand in the list of processes.',
      );
    io.stdout(`${digestOf(token)}\n`);
    return 0;
  }
  const given = values.file ?? io.env['SPANLIGHT_TOKENS'];
  if (!given) throw wrongUse('No file of tokens is named.', 'Set SPANLIGHT_TOKENS, or pass --file tokens.json.');
  const path = resolve(io.cwd, given);
  if (action === 'list') {
    for (const entry of await readTokensFile(path)) io.stdout(`${lineOf(entry)}\n`);
    return 0;
  }
  if (action !== 'make') throw wrongUse(`There is no action "token ${printable(action)}".`, 'Use make, hash or list.');
  return make(path, values, io);
};

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

async function make(path: string, values: Values, io: Io): Promise<number> {
  const token = randomBytes(32).toString('base64url');
  const scope = {
    ...(values.user !== undefined && { user: values.user }),
    ...(values.session !== undefined && { session: values.session }),
    ...(values.tag && { tags: values.tag }),
  };
  const days = values.days === undefined ? undefined : Number(values.days);
  if (days !== undefined && !(days > 0 && days <= 36_500)) {
    throw wrongUse('--days is no number of days.', 'Pass a number from 1 to 36500.');
  }
  const entry = {
    name: values.name,
    sha256: digestOf(token),
    roles: values.role as Role[] | undefined,
    project: values.project ?? 'default',
    ...(Object.keys(scope).length > 0 && { scope }),
    ...(days !== undefined && { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() }),
  };
  const known = await readKnown(path);
  const parsed = tokensFileSchema.safeParse([...known, entry]);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrongUse(
      `The token would not hold: ${String(issue?.path.at(1) ?? 'it')} ${issue?.message ?? 'is not valid'}.`,
      'Pass --name and --role; see spanlight token --help.',
    );
  }
  try {
    await writePrivate(path, `${JSON.stringify(parsed.data, undefined, 2)}\n`);
  } catch (cause) {
    throw wrongUse(
      `The file ${printable(path)} could not be written (${codeOf(cause)}).`,
      'Check the path and its folder: the file is written anew beside the old one.',
    );
  }
  io.stdout(`${token}\n`);
  io.stderr(`Added to ${path}: ${lineOf(parsed.data.at(-1) as TokenEntry)}. The token is shown this once.\n`);
  return 0;
}

async function readKnown(path: string): Promise<readonly TokenEntry[]> {
  try {
    await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
  }
  return readTokensFile(path);
}

/** Whole or not at all, and for its owner alone from the first byte. */
async function writePrivate(path: string, text: string): Promise<void> {
  const draft = resolve(dirname(path), `.tokens-${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
}

const digestOf = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');

function lineOf({ name, roles: granted, project, scope, expiresAt }: TokenEntry): string {
  const limits = [
    ...(scope ? [`scope ${JSON.stringify(scope)}`] : []),
    ...(expiresAt === undefined ? [] : [`until ${expiresAt}`]),
  ];
  return [printable(name), granted.join('+'), `project ${project}`, ...limits].join('  ');
}

const printable = (word: string): string => word.replaceAll(/\p{Cc}|\p{Cf}/gu, '\ufffd').slice(0, 80);
