import type { Lens } from '../projection/createLens.ts';
import type { ReadyBatch } from './batchMaker.ts';
import type { EventFilter } from './eventFilter.ts';
import { createLaneLines, type LineReader } from './laneLines.ts';
import { EMPTY_BATCH_EVERY_MS } from './timings.ts';

/** A reader who has everything and for whom nothing else waits. */
export interface LaneMember extends LineReader {
  /** The lane is no more: it goes on by itself, from where the lane stood. */
  onScatter(at: number): void;
}

/** Readers who see the same and stand at the same place: what is new is made once and sent to all of them in one pass. */
export interface Lane {
  /** Where everybody in it stands. */
  readonly at: number;
  /** Sends what is new, if there is something. Cheap when there is not. */
  flush(): void;
  leave(member: LaneMember): void;
}

export interface LaneTerms {
  readonly lens: Lens;
  readonly filter: EventFilter;
  /** Where the reader stands. */
  readonly at: number;
  /** Its authority has to be looked at then, epoch ms. */
  readonly expiresAtMs: number | undefined;
}

export interface LanesOptions {
  readonly nextBatch: (lens: Lens, filter: EventFilter, from: number) => ReadyBatch | string | undefined;
  readonly head: () => number;
  /** Moves on when there is something new that has no place in the log. */
  readonly besideVersion: () => number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onSent: (batch: ReadyBatch, readers: number) => void;
  /** Somebody goes on alone and has to be looked at. */
  readonly onScattered: () => void;
}

/**
 * The usual case made cheap. What a reader costs beside its system call is the memory that is touched for it: in a lane that is
 * its socket alone. Whatever is out of the usual (a scope, an expired token, rows, running text, a long backlog) scatters the
 * lane: each of its readers looks after itself, and joins again when it has everything.
 */
export interface Lanes {
  /** @returns `undefined` where it cannot go with others now */
  join(member: LaneMember, terms: LaneTerms): Lane | undefined;
  flush(): void;
  /** Everybody goes on alone, e.g. since the log began anew. */
  scatter(): void;
}

export function createLanes(options: LanesOptions): Lanes {
  const { nextBatch, head, besideVersion, now } = options;
  const lanes = new Map<string, OpenLane>();

  const open = (key: string, { lens, filter, at: from }: LaneTerms): OpenLane => {
    const members = createLaneLines<LaneMember>();
    const beside = besideVersion();
    let at = from;
    let soonestExpiryMs = Number.POSITIVE_INFINITY;
    let lastBatchMs = now();

    const close = () => {
      if (lanes.get(key) === lane) lanes.delete(key);
    };
    const scatter = () => {
      close();
      const scattered = members.clear();
      for (const member of scattered) member.onScatter(at);
      if (scattered.length > 0) options.onScattered();
    };
    const lane: OpenLane = {
      get at() {
        return at;
      },
      add(member, { expiresAtMs = Number.POSITIVE_INFINITY }) {
        members.add(member);
        soonestExpiryMs = Math.min(soonestExpiryMs, expiresAtMs);
      },
      leave(member) {
        members.remove(member);
        if (members.size === 0) close();
      },
      scatter,
      flush() {
        if (beside !== besideVersion()) return scatter();
        if (at === head()) return;
        const nowMs = now();
        if (nowMs >= soonestExpiryMs) return scatter();
        const batch = nextBatch(lens, filter, at);
        if (!batch || typeof batch === 'string' || batch.to !== head()) return scatter();
        if (batch.frame.eventCount === 0 && nowMs - lastBatchMs < EMPTY_BATCH_EVERY_MS) return;
        at = batch.to;
        lastBatchMs = nowMs;
        options.onSent(batch, members.size);
        members.send(batch.frame);
      },
    };
    lanes.set(key, lane);
    return lane;
  };

  return {
    join(member, terms) {
      const { lens, filter } = terms;
      if (lens.isScoped || filter.isScoped) return undefined; // what it sees depends on what is known of each run
      const key = `${lens.key} ${filter.key}`;
      const lane = lanes.get(key) ?? open(key, terms);
      if (lane.at !== terms.at) return undefined;
      lane.add(member, terms);
      return lane;
    },
    flush() {
      for (const lane of lanes.values()) lane.flush();
    },
    scatter() {
      for (const lane of lanes.values()) lane.scatter();
    },
  };
}

interface OpenLane extends Lane {
  add(member: LaneMember, terms: LaneTerms): void;
  scatter(): void;
}
