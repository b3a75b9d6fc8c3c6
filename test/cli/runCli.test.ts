import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/commands.ts';
import type { Io } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/runCli.ts';
import { MonitorError } from '../../src/model/errors.ts';

const fail =
  (cause: unknown): Command['load'] =>
  async () =>
  async () => {
    throw cause;
  };
const commands: readonly Command[] = [
  {
    name: 'echo',
    summary: 'Says what it was given.',
    load: async () => async (argv, io) => {
      io.stdout(argv.join('|'));
      return 7;
    },
  },
  { name: 'misuse', summary: 'Is told an option it does not have.', load: fail(parseError()) },
  {
    name: 'coded',
    summary: 'Fails with a code.',
    load: fail(
      new MonitorError('relay.port-in-use', { happened: 'Port taken.', follows: 'Not started.', todo: 'Free it.' }),
    ),
  },
  { name: 'crash', summary: 'Fails without one.', load: fail(new TypeError('"sk-secret" is not valid JSON')) },
];

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io: Io = {
    stdout: (text) => void (out += text),
    stderr: (text) => void (err += text),
    env: {},
    cwd: '/',
    readFile: async () => '',
    signal: new AbortController().signal,
    writeFile: async () => undefined,
    isTerminal: false,
  };
  const code = await runCli(argv, io, { commands, version: '1.2.3' });
  return { code, out, err };
}

describe('spanlight', () => {
  it('hands everything behind the command to it, options too, and ends with its code', async () => {
    expect(await run('echo', 'a', '--help', '-x')).toEqual({ code: 7, out: 'a|--help|-x', err: '' });
  });

  it.each(['--version', '-v'])('tells its version for %s', async (flag) => {
    expect(await run(flag)).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it('lists every command for --help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
  });

  it.each([
    ['no command', [], 'A command is missing.'],
    ['an unknown command', ['sumarize', 'x'], 'There is no command "sumarize".'],
    ['an unknown option', ['--loud', 'echo'], "Unknown option '--loud'."],
    ['a command that drives the terminal', ['a\u001b[2Jb'], 'There is no command "a\ufffd[2Jb".'],
    ['an unknown option of a command', ['misuse'], "Unknown option '--tokn'. More: spanlight misuse --help"],
  ])('ends with 2 and one clear line on stderr for %s', async (_case, argv, line) => {
    const { code, out, err } = await run(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(line);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toMatch(/More: spanlight (?:misuse )?--help\n$/);
  });

  it('tells a coded fault in its own words and ends with 1', async () => {
    expect(await run('coded')).toEqual({
      code: 1,
      out: '',
      err: 'spanlight: Port taken. Not started. Free it. [relay.port-in-use]\n',
    });
  });

  it('tells kind and place of any other fault, never its text: that can quote a secret', async () => {
    const { code, err } = await run('crash');
    expect(code).toBe(1);
    expect(err).toContain('TypeError');
    expect(err).toContain('runCli.test.ts');
    expect(err).not.toContain('sk-secret');
  });
});

function parseError(): Error {
  return Object.assign(
    new TypeError("Unknown option '--tokn'. To specify a positional argument starting with a '-', …"),
    {
      code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION',
    },
  );
}
