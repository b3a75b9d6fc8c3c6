import type { RunId } from '../model/ids.ts';
import { asRunId } from '../model/ids.ts';
import { formatCursor, identityOf, type SnapFrame, type WelcomeFrame } from '../model/wire.ts';
import type { ConnectionState, TransportSink } from '../transport/types.ts';
import type { Holdings } from './holdings.ts';
import type { MonitorState, Session } from './types.ts';

export interface StoreSinkOptions {
  readonly holdings: Holdings;
  readonly now: () => number;
  readonly readState: () => MonitorState;
  readonly change: (patch: Partial<MonitorState>) => void;
  readonly askForFrame: () => void;
  readonly setClockOffset: (offsetMs: number) => void;
  readonly dropContent: () => void;
  readonly onError: (code: string) => void;
}

/** What a transport delivers, put in the order of the queue. */
export function createStoreSink(options: StoreSinkOptions): TransportSink {
  const { holdings, now, readState, change, askForFrame } = options;
  let isCatchingUp = false;
  /** A relay that lost its log knows less than we do: its snapshot adds, it does not replace. */
  let isAfterRestart = false;
  let lastGoodAtMs: number | undefined;

  const snapshotMode = (snap: SnapFrame) => (isAfterRestart || snap.scope ? 'merge' : 'replace');

  return {
    onConnection(connection) {
      isCatchingUp = connection.phase === 'catching-up';
      holdings.setReplaying(isCatchingUp);
      const { connection: before, reconnects } = readState();
      change({ connection, reconnects: isLost(before) && isUp(connection) ? reconnects + 1 : reconnects });
    },
    onWelcome(welcome, isNewEpoch) {
      const known = readState().session;
      const session = sessionOf(welcome);
      // another scope or role: what it may not see must not stay on the screen until the snapshot comes
      const isOther = known !== undefined && known.lens !== session.lens && !isNewEpoch;
      if ((known && known.project !== session.project) || isOther) {
        holdings.clear();
        isAfterRestart = false;
      } else if (isNewEpoch) {
        holdings.markRestart();
        isAfterRestart = true;
      } else {
        isAfterRestart = false;
      }
      if (known && identityOf(known) !== identityOf(session)) options.dropContent();
      holdings.entities.ageRows();
      change({ session, epoch: welcome.epoch });
    },
    onBatch(batch) {
      lastGoodAtMs = now();
      if (batch.ev.length === 0) return;
      change({ cursor: formatCursor(batch.epoch, batch.to) });
      holdings.push({ kind: 'events', events: batch.ev, receivedAtMs: now(), isHeld: isCatchingUp });
      askForFrame();
    },
    onSnapshot(snap) {
      lastGoodAtMs = now();
      holdings.push({
        kind: 'snapshot',
        events: snap.ev,
        mode: snapshotMode(snap),
        isFirst: snap.part === 1,
        isLast: snap.part === snap.parts,
        runIds: isAfterRestart ? [] : runIdsOf(snap.scope),
        isHeld: true,
      });
      if (snap.part === snap.parts && !snap.scope) {
        isAfterRestart = false;
        change({ cursor: formatCursor(snap.epoch, snap.at) });
      }
      askForFrame();
    },
    onGap(gap) {
      holdings.gaps.addFrame(gap, lastGoodAtMs ?? now(), now());
      change({});
    },
    onRows(rows) {
      holdings.push({ kind: 'rows', rows: rows.runs, buckets: rows.buckets ?? [], isHeld: isCatchingUp });
      askForFrame();
    },
    onLive(live) {
      holdings.liveTexts.add(live);
      askForFrame();
    },
    onDegraded: (degraded) => change({ degraded }),
    onClockOffset: options.setClockOffset,
    onIssue: options.onError,
  };
}

const isLost = ({ phase }: ConnectionState) => phase === 'reconnecting' || phase === 'offline';
const isUp = ({ phase }: ConnectionState) => phase === 'live' || phase === 'slow' || phase === 'catching-up';
const sessionOf = ({ who, project, roles, can, lens }: WelcomeFrame): Session => ({
  who,
  project,
  roles,
  can,
  ...(lens !== undefined && { lens }),
});
const runIdsOf = (scope: SnapFrame['scope']): RunId[] =>
  (scope ?? []).filter((topic) => topic.startsWith('run:')).map((topic) => asRunId(topic.slice('run:'.length)));
