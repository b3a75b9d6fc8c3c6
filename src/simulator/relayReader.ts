import type { MonitorEvent } from '../model/event.ts';
import type { Clock } from '../model/platform.ts';
import {
  type HelloFrame,
  type LiveFrame,
  PROTOCOL_VERSION,
  parseCursor,
  type ServerFrame,
  type Subscription,
} from '../model/wire.ts';
import { readerForm } from './readerForm.ts';
import type { SimulatedRelay } from './simulatedRelay.ts';

/** One connection to the simulated relay: a welcome, what is missing, then the tail. Every topic gets everything. */
export interface RelayReader {
  greet(hello: HelloFrame): void;
  setSubs(subs: readonly Subscription[]): void;
  /** Sends what is due now. */
  pump(): void;
}

export interface RelayReaderOptions {
  readonly relay: SimulatedRelay;
  readonly clock: Clock;
  readonly who: string;
  readonly heartbeatMs: number;
  readonly send: (frame: ServerFrame) => void;
}

const SNAPSHOT_PART_EVENTS = 1000;
const BATCH_EVENTS = 500;

export function createRelayReader({ relay, clock, who, heartbeatMs, send }: RelayReaderOptions): RelayReader {
  const { log } = relay;
  const { can, roles } = relay;
  let epoch = log.epoch;
  let cursor = 0;
  let lastBeatMs = clock.now();
  let subs: readonly Subscription[] = [];
  const form = (event: MonitorEvent) => readerForm(event, can);

  const hasOpen = ({ run }: LiveFrame) => can.includes('read.payload') && subs.some(({ sub }) => sub === `run:${run}`);
  const sendLive = (live: LiveFrame) => {
    if (hasOpen(live)) send(live);
  };
  /** Whoever opens a run in the middle of a call gets its words from the beginning. */
  const setSubs = (next: readonly Subscription[]) => {
    const running = [...relay.liveTexts].filter((live) => !hasOpen(live));
    subs = next;
    for (const live of running) sendLive(live);
  };
  const sendSnapshot = () => {
    const events = log.all().map(form);
    const parts = Math.max(1, Math.ceil(events.length / SNAPSHOT_PART_EVENTS));
    for (let part = 1; part <= parts; part += 1) {
      const ev = events.slice((part - 1) * SNAPSHOT_PART_EVENTS, part * SNAPSHOT_PART_EVENTS);
      send({ t: 'snap', epoch, at: log.head, part, parts, ev });
    }
    cursor = log.head;
  };
  const sendLosses = (from: number, to: number) => {
    for (const loss of relay.losses) {
      const lost = { from: Math.max(from, loss.from), to: Math.min(to, loss.to) };
      if (lost.from < lost.to) send({ t: 'gap', epoch, ...lost, why: 'store', n: lost.to - lost.from });
    }
  };

  /** The tail cannot go on from the cursor: says what is lost, then everything anew. */
  const recover = (given: { readonly epoch: string; readonly seq: number } | undefined) => {
    const lastGone = log.oldest - 1;
    if (given && given.epoch !== epoch) send({ t: 'gap', epoch, from: 0, to: 0, why: 'epoch' });
    else if (given) send({ t: 'gap', epoch, from: given.seq, to: lastGone, why: 'retention', n: lastGone - given.seq });
    sendSnapshot();
  };

  return {
    greet(hello) {
      relay.advance();
      ({ epoch } = log);
      const { head, oldest } = log;
      const given = hello.cursor === undefined ? undefined : parseCursor(hello.cursor);
      const canResume = given?.epoch === epoch && given.seq >= oldest - 1 && given.seq <= head;
      lastBeatMs = clock.now();
      send({
        t: 'welcome',
        v: PROTOCOL_VERSION,
        conn: 'simulator',
        who,
        project: 'simulator',
        roles,
        can,
        epoch,
        head,
        oldest,
        now: lastBeatMs,
        hb: heartbeatMs,
        limits: { frameBytes: 262_144, ringEvents: 5000 },
        resume: canResume ? 'ok' : 'snapshot',
      });
      if (canResume) cursor = given.seq;
      else recover(given);
      setSubs(hello.subs);
    },
    setSubs,
    pump() {
      relay.step(sendLive);
      const nowMs = clock.now();
      while (cursor < log.head) {
        const { to, events } = log.tail(cursor, nowMs - relay.lagMs, BATCH_EVENTS);
        if (to === cursor) break;
        sendLosses(cursor, to);
        send({ t: 'batch', epoch, from: cursor, to, ev: events.map(form) });
        cursor = to;
      }
      if (nowMs - lastBeatMs < heartbeatMs) return;
      lastBeatMs = nowMs;
      send({ t: 'hb', epoch, head: log.head, now: nowMs });
    },
  };
}
