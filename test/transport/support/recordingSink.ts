import type { BatchFrame, Degradation, GapFrame, SnapFrame, WelcomeFrame } from '../../../src/model/wire.ts';
import type { ConnectionState, TransportSink } from '../../../src/transport/types.ts';

/** Folds what a transport delivers the way a store does, and keeps a record of the rest. */
export interface RecordingSink extends TransportSink {
  /** Last number of each run. */
  readonly state: Map<string, number>;
  readonly connections: ConnectionState[];
  readonly phases: string[];
  readonly welcomes: { readonly welcome: WelcomeFrame; readonly isNewEpoch: boolean }[];
  readonly batches: BatchFrame[];
  readonly snapshots: SnapFrame[];
  readonly gaps: GapFrame[];
  /** What it was told that does not work, each change. */
  readonly degradations: (Degradation | undefined)[];
  readonly issues: string[];
  readonly offsets: number[];
  /** Numbers of the current log in the order they came by batch. */
  readonly seqs: number[];
  readonly last: ConnectionState | undefined;
}

export function createRecordingSink(): RecordingSink {
  const state = new Map<string, number>();
  const staged = new Map<string, number>();
  const connections: ConnectionState[] = [];
  const sink: RecordingSink = {
    state,
    connections,
    get phases() {
      return connections.map((connection) => connection.phase);
    },
    get last() {
      return connections.at(-1);
    },
    welcomes: [],
    batches: [],
    snapshots: [],
    gaps: [],
    issues: [],
    offsets: [],
    seqs: [],
    onConnection: (connection) => void connections.push(connection),
    onWelcome: (welcome, isNewEpoch) => void sink.welcomes.push({ welcome, isNewEpoch }),
    onBatch(batch) {
      sink.batches.push(batch);
      for (const event of batch.ev) {
        state.set(event.run ?? '', event.seq ?? 0);
        sink.seqs.push(event.seq ?? 0);
      }
    },
    onSnapshot(snap) {
      sink.snapshots.push(snap);
      if (snap.part === 1) staged.clear();
      for (const event of snap.ev) staged.set(event.run ?? '', event.seq ?? 0);
      if (snap.part < snap.parts) return;
      state.clear();
      sink.seqs.length = 0;
      for (const [run, seq] of staged) state.set(run, seq);
    },
    onGap: (gap) => void sink.gaps.push(gap),
    degradations: [],
    onDegraded: (degraded) => void sink.degradations.push(degraded),
    onRows: () => undefined,
    onLive: () => undefined,
    onClockOffset: (offsetMs) => void sink.offsets.push(offsetMs),
    onIssue: (code) => void sink.issues.push(code),
  };
  return sink;
}
