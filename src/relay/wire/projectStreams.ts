import type { FanOut } from '../fan-out/FanOut.ts';
import type { Projections } from '../projection/projections.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import { createProjectStream, type ProjectStream } from './projectStream.ts';
import { createSnapshotBudget } from './snapshotBudget.ts';
import type { WireTimings } from './timings.ts';

export interface ProjectStreamsOptions {
  readonly log: RunLog;
  readonly fanOut: FanOut;
  readonly projections: Projections;
  readonly ringEvents: number;
  readonly ringBytes: number;
  readonly timings: WireTimings;
  readonly overviewEventsPerSec: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly report: RelayLogger;
  readonly onDelivered: (lagMs: number, readers: number) => void;
}

/** The live side of all projects that somebody reads. */
export interface ProjectStreams {
  of(project: string): ProjectStream;
  /** Asks the log of every project that is read whether news was lost. */
  poll(): void;
  readonly figures: {
    readonly ringEvents: number;
    readonly ringBytes: number;
    readonly headSum: number;
    /** Of snapshots that readers have not taken yet. */
    readonly snapshotBytes: number;
  };
  close(): void;
}

export function createProjectStreams({
  fanOut,
  projections,
  report,
  ...shared
}: ProjectStreamsOptions): ProjectStreams {
  const streams = new Map<string, ProjectStream>();
  const budget = createSnapshotBudget({ stalledMs: shared.timings.stalledMs });
  const unsubscribe = fanOut.subscribe((news) => streams.get(news.project)?.take(news));
  // held also while nobody reads: who opens a run late sees what its calls wrote before
  const unsubscribeLive = fanOut.subscribeLive(({ project, texts }) => of(project).takeLive(texts));
  const onFault = (project: string) => (code: string, cause: unknown) =>
    report('error', code, { project, cause: codeOf(cause) });
  const of = (project: string): ProjectStream => {
    const known = streams.get(project);
    if (known) return known;
    const projection = projections.of(project);
    const made = createProjectStream({ ...shared, project, projection, budget, onFault: onFault(project) });
    streams.set(project, made);
    return made;
  };
  return {
    of,
    get figures() {
      const sums = { ringEvents: 0, ringBytes: 0, headSum: 0, snapshotBytes: budget.heldBytes };
      for (const { ring, head } of streams.values()) {
        sums.ringEvents += ring.events;
        sums.ringBytes += ring.bytes;
        sums.headSum += head;
      }
      return sums;
    },
    poll() {
      for (const [project, stream] of streams) {
        if (stream.readerCount === 0) continue;
        stream.poll().catch((cause: unknown) => onFault(project)('relay.log-unreachable', cause));
      }
    },
    close() {
      unsubscribe();
      unsubscribeLive();
      for (const stream of streams.values()) stream.close();
    },
  };
}
