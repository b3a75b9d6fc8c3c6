import { parseArgs } from 'node:util';
import { MonitorError } from '../model/errors.ts';
import type { Command } from './commands.ts';
import type { Io } from './io.ts';

const WRONG_USE = 2;
const FAILED = 1;

export interface CliOptions {
  readonly commands: readonly Command[];
  readonly version: string;
}

/**
 * The `spanlight` command: finds the subcommand and runs it. Never rejects.
 * @param argv - what stands behind `spanlight`
 * @returns the exit code: 0 = done, 1 = failed, 2 = wrong use
 */
export async function runCli(argv: readonly string[], io: Io, { commands, version }: CliOptions): Promise<number> {
  const at = argv.findIndex((word) => !word.startsWith('-'));
  const ownWords = at === -1 ? argv : argv.slice(0, at);
  let begun: string | undefined;
  try {
    const { values } = parseArgs({
      args: [...ownWords],
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
    if (values.version) return done(io.stdout, `${version}\n`);
    if (values.help) return done(io.stdout, helpText(commands));
    const name = at === -1 ? undefined : argv[at];
    if (name === undefined) return wrongUse(io, 'A command is missing.', commands);
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) return wrongUse(io, `There is no command "${printable(name)}".`, commands);
    begun = name;
    const run = await command.load();
    return await run(argv.slice(at + 1), io);
  } catch (cause) {
    return failed(io, cause, begun);
  }
}

function helpText(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Usage: spanlight <command> [options]',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Options:',
    '  -h, --help     this text; after a command, its own options',
    '  -v, --version  the version',
    '',
  ].join('\n');
}

function done(write: (text: string) => void, text: string): number {
  write(text);
  return 0;
}

function wrongUse(io: Io, what: string, commands: readonly Command[]): number {
  const names = commands.map(({ name }) => name).join(', ');
  io.stderr(`spanlight: ${what} Commands: ${names}. More: spanlight --help\n`);
  return WRONG_USE;
}

/** @param command - the one that failed, where it came to that */
function failed(io: Io, cause: unknown, command: string | undefined): number {
  if (cause instanceof MonitorError) {
    io.stderr(`spanlight: ${cause.message}\n`);
    return FAILED;
  }
  const { name, code, message, stack } = (cause instanceof Error ? cause : {}) as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) {
    const help = ['spanlight', ...(command === undefined ? [] : [command]), '--help'].join(' ');
    io.stderr(`spanlight: ${printable(message.split('. ', 1)[0] ?? '')}. More: ${help}\n`);
    return WRONG_USE;
  }
  // The text of a foreign error can quote what it was reading: its kind and its place say enough to report it.
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const kind = [name ?? 'unknown error', code].filter(Boolean).join(' ');
  io.stderr(`spanlight: stopped by an unexpected ${kind}. Please report it with these lines. [cli.unexpected]\n`);
  io.stderr(frames.slice(0, 8).join('\n') + (frames.length > 0 ? '\n' : ''));
  return FAILED;
}

/** A word from the command line, safe to print: control characters would drive the terminal. */
const printable = (word: string): string => word.replace(/\p{Cc}|\p{Cf}/gu, '\ufffd').slice(0, 80);
