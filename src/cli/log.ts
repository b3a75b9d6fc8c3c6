import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { copyLog } from '../relay/run-log/sql/copyLog.ts';
import type { LogStore } from '../relay/run-log/sql/LogStore.ts';
import { openPostgresStore } from '../relay/run-log/sql/postgresStore.ts';
import { openSqliteStore } from '../relay/run-log/sql/sqliteStore.ts';
import type { Io, RunCommand } from './io.ts';

const help = `Usage: spanlight log copy --from WHERE --to WHERE

Copies a run log into an empty one and keeps its numbers, so that readers go on where they were. Stop the relay first.
WHERE is a data folder (.spanlight) or a database (postgres://…).

Options:
  -h, --help
`;

/** `spanlight log copy`. */
export const runLog: RunCommand = async (argv, io) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const { from, to } = values;
  if (values.help || positionals.join() !== 'copy' || from === undefined || to === undefined) {
    (values.help ? io.stdout : io.stderr)(help);
    return values.help ? 0 : 2;
  }
  const source = await open(from, io);
  try {
    const target = await open(to, io);
    try {
      const events = await copyLog(source, target);
      io.stdout(`Copied ${events} events from ${source.place} to ${target.place}.\n`);
      return 0;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
};

const open = (where: string, { cwd }: Io): Promise<LogStore> =>
  /^postgres(?:ql)?:\/\//.test(where)
    ? openPostgresStore({ url: where, durability: 'disk' })
    : openSqliteStore({ folder: resolve(cwd, where), durability: 'disk' });
