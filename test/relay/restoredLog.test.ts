import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import type { RelayLogLine } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { backupLog } from '../../src/relay/run-log/sql/backupLog.ts';
import { openSqliteStore } from '../../src/relay/run-log/sql/sqliteStore.ts';
import { logEvent } from './describeRunLog.ts';
import { sqlLog } from './describeSqlRunLog.ts';
import { onEnd, read, send, spanEvent, startRelay } from './support.ts';

async function emptyFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'spanlight-restored-'));
  onEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}

const startOn = async (dataDir: string) => {
  const lines: RelayLogLine[] = [];
  const relay = await startRelay({ dataDir, log: (line) => lines.push(line) });
  return { relay, restored: () => lines.filter(({ event }) => event === 'log.restored').length };
};
const readFrom = (relay: Awaited<ReturnType<typeof startRelay>>, cursor?: string) =>
  read(relay, { role: 'developer', cursor });

interface Place {
  readonly data: string;
  readonly kept: string;
}
/** How somebody keeps a log, and puts it back. `whileOpen`: kept while the relay runs. */
interface Way {
  readonly whileOpen?: (place: Place) => Promise<unknown>;
  readonly whileStopped?: (place: Place) => Promise<unknown>;
  readonly putBack: (place: Place) => Promise<unknown>;
}
const copyFolder = ({ data, kept }: Place) => cp(data, kept, { recursive: true, preserveTimestamps: true });
const intoEmptyFolder = async ({ data, kept }: Place, file: string) => {
  await rm(data, { recursive: true });
  await cp(join(kept, file), join(data, 'log.db'));
};
const overTheLog = async ({ data, kept }: Place) => {
  for (const side of ['-wal', '-shm']) await rm(join(data, `log.db${side}`), { force: true });
  await cp(join(kept, 'log.db'), join(data, 'log.db'));
};
const ways: Readonly<Record<string, Way>> = {
  'a backup, into an empty folder': {
    whileOpen: ({ data, kept }) => backupLog(data, join(kept, 'backup.db')),
    putBack: (place) => intoEmptyFolder(place, 'backup.db'),
  },
  'a backup, over the log': {
    whileOpen: ({ data, kept }) => backupLog(data, kept),
    putBack: overTheLog,
  },
  'a copy of the file that was made while it was open, over the log': {
    async whileOpen({ data, kept }) {
      const db = new Database(join(data, 'log.db'));
      db.prepare('VACUUM INTO ?').run(join(kept, 'log.db'));
      db.close();
    },
    putBack: overTheLog,
  },
  'a copy of the file, over the log': { whileStopped: copyFolder, putBack: overTheLog },
  'a copy of the file, into an empty folder': {
    whileStopped: copyFolder,
    putBack: (place) => intoEmptyFolder(place, 'log.db'),
  },
  'a copy of the folder, in its place': {
    whileStopped: copyFolder,
    async putBack({ data, kept }) {
      await rm(data, { recursive: true });
      await cp(kept, data, { recursive: true, preserveTimestamps: true });
    },
  },
  'a copy of the folder, over each of its files': {
    whileStopped: copyFolder,
    putBack: ({ data, kept }) => cp(kept, data, { recursive: true, preserveTimestamps: true }),
  },
};

describe('a data folder that was put back', () => {
  it.each(Object.entries(ways))(
    'begins a new epoch by itself, and tells who comes back of the gap: %s',
    async (_name, { whileOpen, whileStopped, putBack }) => {
      const place: Place = { data: join(await emptyFolder(), 'data'), kept: await emptyFolder() };
      let { relay } = await startOn(place.data);
      await send(relay, [spanEvent(), spanEvent()]);
      await whileOpen?.(place);
      if (whileStopped) {
        await relay.close();
        await whileStopped(place);
        ({ relay } = await startOn(place.data));
      }
      const seen = await readFrom(relay);
      await send(relay, [spanEvent(), spanEvent(), spanEvent()]);
      const { epoch, head } = { ...(await seen.next('welcome')), head: 5 };
      await relay.close();

      await putBack(place);
      const { relay: restored, restored: alarms } = await startOn(place.data);
      expect(alarms()).toBe(1);
      // so many come that the old cursor lies before the head again: what it asks for is not what it missed
      await send(
        restored,
        Array.from({ length: 8 }, () => spanEvent()),
      );
      const back = await readFrom(restored, `${epoch}.${head}`);
      const welcome = await back.next('welcome');
      expect(welcome).toMatchObject({ resume: 'snapshot', head: 10 });
      expect(welcome.epoch).not.toBe(epoch);
      expect(await back.next('gap')).toMatchObject({ why: 'epoch' });
      await back.next('snap');
      expect(back.frames.filter(({ t }) => t === 'batch')).toEqual([]);
      await restored.close();

      const again = await startOn(place.data);
      expect(again.restored()).toBe(0);
      expect(await (await readFrom(again.relay, `${welcome.epoch}.10`)).next('welcome')).toMatchObject({
        resume: 'ok',
        epoch: welcome.epoch,
      });
    },
    20_000,
  );

  it('keeps its epoch over a restart and a move of the folder', async () => {
    const parent = await emptyFolder();
    const open = (name: string) => openSqliteStore({ folder: join(parent, name), durability: 'disk' });
    const first = sqlLog(await open('data')).log;
    const { epoch } = await first.append('p', [logEvent(), logEvent()]);
    await first.close();
    await rename(join(parent, 'data'), join(parent, 'moved'));
    const second = sqlLog(await open('moved')).log;
    await second.append('p', [logEvent()]);
    expect(await second.head('p')).toMatchObject({ epoch, head: 3 });
    await second.close();
    const third = sqlLog(await open('moved')).log;
    onEnd(() => third.close());
    expect(await third.head('p')).toMatchObject({ epoch, head: 3 });
  });

  it('begins a new epoch where the guard is spoiled or gone', async () => {
    const folder = await emptyFolder();
    const open = () => openSqliteStore({ folder, durability: 'disk' });
    const first = sqlLog(await open()).log;
    const { epoch } = await first.append('p', [logEvent()]);
    await first.close();
    await rm(join(folder, 'log.guard'));
    const second = sqlLog(await open()).log;
    onEnd(() => second.close());
    const head = await second.head('p');
    expect(head).toMatchObject({ head: 1 });
    expect(head.epoch).not.toBe(epoch);
  });
});
