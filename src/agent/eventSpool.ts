import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentTimers } from './agentTimers.ts';
import type { QueuedEvent } from './eventQueue.ts';

/**
 * What waits, on disk as well while the relay takes nothing: a process that ends or is killed meanwhile leaves it to the next
 * one with the same folder. Ids stay, so what was sent twice is a repeat. Writing takes no time off the agent's thread but that
 * of joining the text, and a fault of the disk is told once and changes nothing else.
 */
export interface EventSpool {
  /** What processes that are gone left behind, oldest first. */
  adopt(): Promise<readonly QueuedEvent[]>;
  /** The relay takes nothing: what waits is written down from now on. */
  begin(): void;
  /** One more waits. Costs nothing before {@link begin}. */
  add(event: QueuedEvent): void;
  /** Everything got through: nothing is left to be found. */
  clear(): void;
  /** Everything that waits has been handed to the disk. */
  flush(): Promise<void>;
}

export interface EventSpoolOptions {
  /** Made when it is missing, readable by its owner only. Processes may share it. */
  readonly dir: string;
  /** Bytes of one process. */
  readonly maxBytes: number;
  /** What waits now, oldest first. */
  readonly list: () => readonly QueuedEvent[];
  readonly timers: AgentTimers;
  readonly onFault: (code: string) => void;
}

const FILE_NAME = /^spool-(\d+)-[0-9a-f]{8}\.jsonl$/;
const WRITE_EVERY_MS = 200;

export function createEventSpool({ dir, maxBytes, list, timers, onFault }: EventSpoolOptions): EventSpool {
  const newName = () => join(dir, `spool-${process.pid}-${randomBytes(4).toString('hex')}.jsonl`);
  const path = newName();
  let adopted: string[] = [];
  let isWriting = false; // since `begin`
  let waiting: QueuedEvent[] = [];
  let isFresh = true;
  let writtenBytes = 0;
  let timer: unknown;
  let last: Promise<void> = Promise.resolve();
  let isBroken = false;

  const guarded = async (work: () => Promise<void>) => {
    if (isBroken) return;
    try {
      await work();
    } catch (cause) {
      isBroken = true;
      const { code } = cause as NodeJS.ErrnoException;
      onFault(`spool.${typeof code === 'string' ? code : 'failed'}`);
    }
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(() => guarded(work));
    return last;
  };

  const write = () => {
    timer = undefined;
    if (!isWriting) return;
    void inTurn(async () => {
      if (isFresh || writtenBytes > 2 * maxBytes) {
        // the queue let go of some of it meanwhile: only what still waits is kept
        waiting = [];
        const text = textOf(list());
        await mkdir(dir, { recursive: true, mode: 0o700 });
        await writeFile(path, text, { mode: 0o600 });
        isFresh = false;
        writtenBytes = Buffer.byteLength(text);
      }
      if (waiting.length === 0) return;
      const text = textOf(waiting.splice(0));
      await appendFile(path, text);
      writtenBytes += Buffer.byteLength(text);
    });
  };
  const plan = () => {
    timer ??= timers.setTimeout(write, WRITE_EVERY_MS, false);
  };

  /** @returns its new name, under which nobody else takes it */
  const claim = async (name: string): Promise<string | undefined> => {
    const pid = Number(FILE_NAME.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isInteger(pid) || isAlive(pid)) return undefined;
    const own = newName();
    return rename(join(dir, name), own).then(
      () => own,
      () => undefined, // another process was faster
    );
  };

  return {
    async adopt() {
      const events: QueuedEvent[] = [];
      await inTurn(async () => {
        const names = await readdir(dir).catch((): string[] => []);
        for (const name of names.sort()) {
          const own = await claim(name);
          if (own === undefined) continue;
          adopted = [...adopted, own];
          events.push(...readLines(await readFile(own, 'utf8')));
        }
      });
      return events;
    },
    begin() {
      if (isWriting) return;
      isWriting = true;
      isFresh = true;
      plan();
    },
    add(event) {
      if (!isWriting || isBroken) return;
      waiting.push(event);
      plan();
    },
    clear() {
      if (!isWriting && adopted.length === 0) return;
      isWriting = false;
      waiting = [];
      const files = [path, ...adopted];
      adopted = [];
      void inTurn(async () => {
        for (const file of files) await rm(file, { force: true });
      });
    },
    flush() {
      if (timer !== undefined) timers.clearTimeout(timer);
      write();
      return last;
    },
  };
}

const textOf = (events: readonly QueuedEvent[]): string =>
  events
    .map(({ head, content }) => (content === undefined ? `${head}\n` : `${head.slice(0, -1)},${content}}\n`))
    .join('');

/** A line that was cut when the process was killed is left out. */
function readLines(text: string): QueuedEvent[] {
  return text.split('\n').flatMap((line): QueuedEvent[] => {
    try {
      const { detail, ...head } = JSON.parse(line) as Pick<QueuedEvent, 'id' | 'type'> & { readonly detail?: unknown };
      if (typeof head.id !== 'string' || typeof head.type !== 'string') return [];
      const content = detail === undefined ? undefined : `"detail":${JSON.stringify(detail)}`;
      return [{ id: head.id, type: head.type, head: JSON.stringify(head), content }];
    } catch {
      return [];
    }
  });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
