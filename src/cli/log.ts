import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MonitorError } from '../model/errors.ts';
import { backupLog } from '../relay/run-log/sql/backupLog.ts';
import { copyLog } from '../relay/run-log/sql/copyLog.ts';
import type { LogStore } from '../relay/run-log/sql/LogStore.ts';
import { LOG_FILE } from '../relay/run-log/sql/lockFolder.ts';
import { openPostgresStore } from '../relay/run-log/sql/postgresStore.ts';
import { openSqliteStore } from '../relay/run-log/sql/sqliteStore.ts';
import { verifyLog } from '../relay/run-log/sql/verifyLog.ts';
import type { Io, RunCommand } from './io.ts';

const help = `Usage: spanlight log <copy|backup|verify|rotate> [options]

  copy --from WHERE --to WHERE     copies a run log into an empty one and keeps its numbers, so that readers go on where they were.
                                   Stop the relay first.
  backup --from FOLDER --to PATH   writes one file of the log in a data folder, also while a relay has it open. PATH is a file that is
                                   not there yet, or a folder. PostgreSQL has pg_dump.
  verify --from WHERE              reads the whole log and compares every table with it; ends with 1 when something does not hold
                                   together. Stop the relay first.
  rotate --from WHERE              begins a new epoch in every project: to be done after a PostgreSQL, or a whole machine, was set back.
                                   A data folder that was put back is found out by itself. Stop the relay first.

WHERE is a data folder (.spanlight) or a database (postgres://…).

Options:
  -h, --help
`;

/** `spanlight log`. */
export const runLog: RunCommand = async (argv, io) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const { from, to } = values;
  const [action] = positionals;
  if (!values.help && positionals.length === 1 && from !== undefined) {
    if (action === 'copy' && to !== undefined) return copy(from, to, io);
    if (action === 'backup' && to !== undefined && !isDatabase(from)) return backup(from, to, io);
    if (action === 'verify' && to === undefined) return verify(from, io);
    if (action === 'rotate' && to === undefined) return rotate(from, io);
  }
  (values.help ? io.stdout : io.stderr)(help);
  return values.help ? 0 : 2;
};

const copy = (from: string, to: string, io: Io): Promise<number> =>
  withLog(from, io, (source) =>
    withOpened(to, io, async (target) => {
      const events = await copyLog(source, target);
      io.stdout(`Copied ${events} events from ${source.place} to ${target.place}.\n`);
      return 0;
    }),
  );

async function backup(from: string, to: string, { cwd, stdout }: Io): Promise<number> {
  const file = await backupLog(resolve(cwd, from), resolve(cwd, to));
  stdout(`The log is in ${file}. To put it back: into an empty folder as log.db.\n`);
  return 0;
}

const verify = (from: string, io: Io): Promise<number> =>
  withLog(from, io, async (log) => {
    const { events, comparedRuns, eventsBehind, problems } = await verifyLog(log);
    for (const problem of problems) io.stderr(`${problem}\n`);
    const verdict = problems.length === 0 ? 'all is well' : `${problems.length} problems`;
    const behind =
      eventsBehind === 0
        ? ''
        : `The tables do not have the last ${eventsBehind} events yet: they are made at the next start.\n`;
    io.stdout(`${log.place}: ${events} events, ${comparedRuns} runs compared, ${verdict}.\n${behind}`);
    return problems.length === 0 ? 0 : 1;
  });

const rotate = (from: string, io: Io): Promise<number> =>
  withLog(from, io, async (log) => {
    const streams = await log.db.selectFrom('stream').select(['pid', 'epoch']).execute();
    for (const { pid, epoch } of streams) await log.rotate(pid, epoch);
    io.stdout(`${log.place}: a new epoch in ${streams.length} projects; readers are told of a gap and read anew.\n`);
    return 0;
  });

/** Works on a log that is there. @throws {MonitorError} `log.not-found`: an empty one made by a slip of the pen looks like a loss */
async function withLog(where: string, io: Io, work: (log: LogStore) => Promise<number>): Promise<number> {
  const folder = resolve(io.cwd, where);
  if (isDatabase(where) || existsSync(join(folder, LOG_FILE))) return withOpened(where, io, work);
  throw new MonitorError('log.not-found', {
    happened: `There is no log in ${folder}.`,
    follows: 'Nothing was read or written.',
    todo: 'Name the data folder of the relay (SPANLIGHT_DATA_DIR, by default .spanlight where it was started), or a postgres:// address.',
  });
}

async function withOpened(where: string, io: Io, work: (log: LogStore) => Promise<number>): Promise<number> {
  const log = await open(where, io);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

const isDatabase = (where: string): boolean => /^postgres(?:ql)?:\/\//.test(where);
const open = (where: string, { cwd }: Io): Promise<LogStore> =>
  isDatabase(where)
    ? openPostgresStore({ url: where, durability: 'disk' })
    : openSqliteStore({ folder: resolve(cwd, where), durability: 'disk' });
