import { parseArgs } from 'node:util';
import { createRelay, type Relay } from '../relay/createRelay.ts';
import type { RelayLogLine } from '../relay/relayLog.ts';
import { findUnknownSettings, parseSettings } from '../relay/settings/parseSettings.ts';
import { settingTable } from '../relay/settings/settingsSchema.ts';
import type { RunCommand } from './io.ts';
import { keepHeapLow } from './keepHeapLow.ts';
import { withDataDir } from './withDataDir.ts';

const widest = Math.max(...Object.keys(settingTable).map((name) => name.length));
const help = [
  'Usage: spanlight relay [options]',
  '',
  'Takes events from agents, keeps them, and streams them to readers. Settings come from the environment:',
  '',
  ...Object.entries(settingTable).map(([name, { doc }]) => `  ${name.padEnd(widest)}  ${doc}`),
  '',
  'Options:',
  '      --no-dashboard   serve no dashboard at /',
  '      --log            write the log as JSON lines to standard error',
  '  -h, --help           this text',
  '',
].join('\n');

/** `spanlight relay`: runs until it is told to end. Prints one line with the address and, on loopback, generated tokens. */
export const runRelay: RunCommand = async (argv, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'no-dashboard': { type: 'boolean' },
      log: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  const settings = withDataDir(parseSettings(io.env), io);
  for (const { name, instead } of findUnknownSettings(io.env)) {
    io.stderr(`There is no setting ${name}; it has no effect.${instead ? ` Did you mean ${instead}?` : ''}\n`);
  }
  const logLevel = values.log && settings.logLevel === 'off' ? 'info' : settings.logLevel;
  keepHeapLow();
  const relay = await createRelay({
    ...settings,
    ...(values['no-dashboard'] && { dashboardDir: false }),
    ...(logLevel !== 'off' && {
      log: (line) => isWritten(line.level, logLevel) && io.stderr(`${lineText(line)}\n`),
    }),
  });
  io.stdout(`${startLine(relay)}\n`);
  await untilAborted(io.signal);
  await relay.close();
  return 0;
};

/**
 * One line of JSON in which every sign shows: names of tokens and subjects of JWTs are whatever somebody chose, and a terminal or a
 * log viewer may obey what it cannot show (C1 controls, bidi overrides, line separators).
 */
const lineText = (line: RelayLogLine): string =>
  JSON.stringify(line).replace(/[\p{C}\u2028\u2029]/gu, (sign) =>
    [...Array(sign.length).keys()].map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );

const levels = ['error', 'warn', 'info'] as const;
const isWritten = (level: RelayLogLine['level'], most: (typeof levels)[number]): boolean =>
  levels.indexOf(level) <= levels.indexOf(most);

/** Tokens that the person set stand nowhere: only those that nobody else knows are printed. */
function startLine({ url, tokens, generatedRoles, durability, logPlace }: Relay): string {
  const generated = generatedRoles.map((role) => `${role} ${tokens[role]}`);
  const kept = `log: ${logPlace === durability ? logPlace : `${logPlace}, durable: ${durability}`}`;
  return `Relay on ${url} (${kept})${generated.length > 0 ? ` with generated tokens: ${generated.join(', ')}` : ''}`;
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
