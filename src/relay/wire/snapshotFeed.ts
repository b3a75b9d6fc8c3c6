import { asRunId, type RunId } from '../../model/ids.ts';
import type { Subscription } from '../../model/wire.ts';
import type { Lens } from '../projection/createLens.ts';
import { type EventFilter, subscriptionKey } from './eventFilter.ts';
import type { ProjectStream } from './projectStream.ts';
import type { ReadyFrame } from './readyFrame.ts';
import type { ReadySnapshot } from './snapshotBudget.ts';

/** Snapshots on their way to one reader: one is built while none waits to be sent, so a reader that does not read holds little. */
export interface SnapshotFeed {
  /** The next frame to send before the tail goes on. */
  next(): ReadyFrame | undefined;
  /** Something is on its way or is being built. */
  isBusy(): boolean;
  /** How long its reader may take nothing, ms: see `patienceMs` of its budget. */
  patienceMs(): number;
  /** Sends a snapshot of everything. */
  put(snapshot: ReadySnapshot): void;
  /** Topics that were asked for later: each comes whole, those that need a search through all runs together. */
  ask(subs: readonly Subscription[]): void;
  /**
   * Runs that came into what is seen, or left it: each comes whole, as far as it is seen and wanted.
   * @param at - where in the log they did
   */
  askRuns(runIds: Iterable<RunId>, at: number): void;
  /** Topics that are no longer wanted. */
  forget(keys: ReadonlySet<string>): void;
  close(): void;
}

export interface SnapshotFeedOptions {
  readonly stream: ProjectStream;
  readonly lens: Lens;
  /** What is subscribed to now. */
  readonly wanted: () => EventFilter;
  /** There is something to send. */
  readonly onReady: () => void;
  readonly onFault: (cause: unknown) => void;
  /** More is held for slow readers than there is room for, and this one has taken longest. */
  readonly letGo: () => void;
}

interface Line {
  readonly frames: readonly ReadyFrame[];
  readonly release: () => void;
}

export function createSnapshotFeed(options: SnapshotFeedOptions): SnapshotFeed {
  const { stream, lens, onReady, onFault, letGo } = options;
  let lines: Line[] = [];
  let sentFrames = 0;
  let asked: Subscription[] = [];
  const moved = new Map<RunId, number>();
  let isBuilding = false;
  let isClosed = false;

  const put = (snapshot: ReadySnapshot) => {
    if (!isClosed) lines.push({ frames: snapshot.frames, release: stream.holdSnapshot(snapshot, letGo) });
  };

  /** Whose run it is; `undefined` where all have to be looked through, e.g. for a stand-in that is not known any more. */
  const runOf = ({ sub }: Subscription): RunId | undefined => {
    if (!sub.startsWith('run:')) return undefined;
    const runId = sub.slice('run:'.length);
    const raw = lens.view === 'names' ? runId : lens.standIns.rawId(runId);
    return raw === undefined ? undefined : asRunId(raw);
  };

  const build = async () => {
    const [first] = asked;
    if (isBuilding || isClosed) return;
    if (!first) return buildMoved();
    const runId = runOf(first);
    const subs = runId === undefined ? asked.filter((sub) => runOf(sub) === undefined) : [first];
    asked = asked.filter((sub) => !subs.includes(sub));
    isBuilding = true;
    try {
      const topics = [...new Set(subs.map(({ sub }) => sub))];
      put(await stream.snapshot(lens, stream.filterOf(subs, lens), { topics, runId }));
    } catch (cause) {
      onFault(cause);
    } finally {
      isBuilding = false;
    }
    onReady();
  };

  const buildMoved = async () => {
    const [first] = moved;
    if (!first) return;
    const [runId, leastAt] = first;
    moved.delete(runId);
    isBuilding = true;
    try {
      const shown = lens.view === 'names' ? runId : lens.standIns.id(runId);
      put(await stream.snapshot(lens, options.wanted(), { topics: [`run:${shown}`], runId, leastAt }));
    } catch (cause) {
      onFault(cause);
    } finally {
      isBuilding = false;
    }
    onReady();
  };

  return {
    put,
    isBusy: () => isBuilding || lines.length > 0 || asked.length > 0 || moved.size > 0,
    patienceMs: () => (lines.length > 0 ? stream.snapshotPatienceMs : Number.POSITIVE_INFINITY),
    next() {
      const [line] = lines;
      if (!line) {
        void build();
        return undefined;
      }
      const frame = line.frames[sentFrames];
      sentFrames += 1;
      if (sentFrames >= line.frames.length) {
        lines = lines.slice(1);
        sentFrames = 0;
        line.release();
      }
      return frame;
    },
    ask(subs) {
      asked = [...asked, ...subs];
    },
    askRuns(runIds, at) {
      for (const runId of runIds) moved.set(runId, at);
    },
    forget(keys) {
      asked = asked.filter((sub) => !keys.has(subscriptionKey(sub)));
    },
    close() {
      isClosed = true;
      for (const { release } of lines) release();
      lines = [];
      asked = [];
      moved.clear();
    },
  };
}
