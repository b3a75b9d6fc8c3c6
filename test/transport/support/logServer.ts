import type { MonitorEvent } from '../../../src/model/event.ts';
import { asRunId } from '../../../src/model/ids.ts';
import {
  type ByeFrame,
  type ClientFrame,
  type CloseCode,
  type HelloFrame,
  PROTOCOL_VERSION,
  parseCursor,
  type ServerFrame,
  type Subscription,
  type WelcomeFrame,
} from '../../../src/model/wire.ts';

/** One reader of the log, over whatever carries the frames. */
export interface Reader {
  send(frames: readonly ServerFrame[]): void;
  close(code: CloseCode): void;
}

interface Seat {
  readonly reader: Reader;
  seq: number;
  subs: readonly Subscription[];
}

export interface LogServerOptions {
  readonly now: () => number;
  readonly tokens?: Readonly<Record<string, Pick<WelcomeFrame, 'who' | 'project' | 'roles' | 'can'>>> | undefined;
  readonly snapshotParts?: number | undefined;
}

export const viewerGrant = { who: 'viewer', project: 'default', roles: ['viewer'], can: ['read.shape'] } as const;
export const developerGrant = {
  who: 'developer',
  project: 'default',
  roles: ['developer'],
  can: ['read.shape', 'read.payload'],
} as const;

/**
 * The wire rules 7 to 13 over a log in memory: an event names a run and gives it its number as name, so that the fold of
 * the log is the last number of each run. Faults are asked for one by one.
 */
export class LogServer {
  epoch = epochOf(1);
  events: MonitorEvent[] = [];
  /** Numbers below are gone. */
  oldest = 1;
  readonly hellos: HelloFrame[] = [];
  readonly seats = new Set<Seat>();
  readonly subFrames: ClientFrame[] = [];
  version = PROTOCOL_VERSION;
  hb = 10_000;
  clockSkewMs = 0;
  private epochs = 1;
  private nextId = 1;
  private readonly options: Required<LogServerOptions>;

  constructor(options: LogServerOptions) {
    this.options = { tokens: { good: viewerGrant }, snapshotParts: 2, ...stripUndefined(options) };
  }

  get head(): number {
    return this.oldest + this.events.length - 1;
  }

  /** What a reader must hold in the end: the last number of each run. */
  get state(): Map<string, number> {
    const state = new Map(this.trimmed);
    for (const event of this.events) state.set(event.run ?? '', event.seq ?? 0);
    return state;
  }
  private trimmed = new Map<string, number>();

  take(seat: Seat | undefined, reader: Reader, frame: ClientFrame): Seat | undefined {
    if (frame.t === 'hello') return this.hello(reader, frame);
    this.subFrames.push(frame);
    if (seat) {
      const names = frame.subs.map((sub) => sub.sub);
      const kept = seat.subs.filter((sub) => !names.includes(sub.sub));
      seat.subs = frame.t === 'sub' ? [...kept, ...frame.subs] : kept;
    }
    return seat;
  }

  private hello(reader: Reader, hello: HelloFrame): Seat | undefined {
    this.hellos.push(hello);
    const grant = this.options.tokens[hello.token];
    if (!grant) {
      reader.send([{ t: 'bye', code: 4401, resume: true }]);
      reader.close(4401);
      return undefined;
    }
    if (hello.v[0] > this.version || hello.v[1] < this.version) {
      reader.send([{ t: 'bye', code: 4426, resume: true }]);
      reader.close(4426);
      return undefined;
    }
    const cursor = hello.cursor === undefined ? undefined : parseCursor(hello.cursor);
    const canResume =
      cursor !== undefined && cursor.epoch === this.epoch && cursor.seq >= this.oldest - 1 && cursor.seq <= this.head;
    const seat: Seat = { reader, seq: canResume ? cursor.seq : this.head, subs: hello.subs };
    const frames: ServerFrame[] = [this.welcome(grant, canResume ? 'ok' : 'snapshot')];
    if (!canResume) {
      if (cursor) frames.push(this.gapFrom(cursor));
      frames.push(...this.snapshot());
    }
    this.seats.add(seat);
    reader.send(frames);
    this.pump(seat);
    return seat;
  }

  leave(seat: Seat | undefined): void {
    if (seat) this.seats.delete(seat);
  }

  private welcome(grant: (typeof this.options.tokens)[string], resume: WelcomeFrame['resume']): WelcomeFrame {
    return {
      t: 'welcome',
      v: this.version,
      conn: `c${this.hellos.length}`,
      ...grant,
      epoch: this.epoch,
      head: this.head,
      oldest: this.oldest,
      now: this.options.now() + this.clockSkewMs,
      hb: this.hb,
      limits: { frameBytes: 262_144, ringEvents: 20_000 },
      resume,
    };
  }

  private gapFrom(cursor: { epoch: string; seq: number }): ServerFrame {
    const why = cursor.epoch === this.epoch ? 'retention' : 'epoch';
    return { t: 'gap', epoch: this.epoch, from: why === 'epoch' ? 0 : cursor.seq, to: this.head, why };
  }

  snapshot(): ServerFrame[] {
    const facts = [...this.state].map(([run, seq]) => this.eventOf(run, seq));
    const parts = this.options.snapshotParts;
    const size = Math.ceil(facts.length / parts);
    return Array.from({ length: parts }, (_, index) => ({
      t: 'snap',
      epoch: this.epoch,
      at: this.head,
      part: index + 1,
      parts,
      ev: facts.slice(index * size, (index + 1) * size),
    }));
  }

  private eventOf(run: string, seq: number): MonitorEvent {
    const id = `${this.epoch.slice(-4)}-${seq}`;
    return {
      id,
      seq,
      type: 'run.start',
      sv: 1,
      ts: seq,
      rts: this.options.now(),
      run: asRunId(run),
      a: { name: `${seq}` },
    };
  }

  append(run: string): void {
    this.events.push(this.eventOf(run, this.head + 1));
  }

  publish(...runs: string[]): void {
    for (const run of runs) this.append(run);
    for (const seat of this.seats) this.pump(seat);
  }

  private pump(seat: Seat): void {
    if (seat.seq >= this.head) return;
    const from = seat.seq;
    seat.seq = this.head;
    seat.reader.send([this.batch(from, this.head)]);
  }

  batch(from: number, to: number): ServerFrame {
    const ev = this.events.filter((event) => (event.seq ?? 0) > from && (event.seq ?? 0) <= to);
    return { t: 'batch', epoch: this.epoch, from, to, ev };
  }

  heartbeat(): ServerFrame {
    return { t: 'hb', epoch: this.epoch, head: this.head, now: this.options.now() + this.clockSkewMs };
  }

  beat(): void {
    for (const seat of this.seats) seat.reader.send([this.heartbeat()]);
  }

  knows(token: string): boolean {
    return Object.hasOwn(this.options.tokens, token);
  }

  /** Everybody believes to have got it, nobody did. */
  loseBatch(run: string): void {
    this.append(run);
    for (const seat of this.seats) seat.seq = this.head;
  }

  repeatBatch(from: number): void {
    for (const seat of this.seats) seat.reader.send([this.batch(Math.max(from, this.oldest - 1), seat.seq)]);
  }

  bye(bye: Omit<ByeFrame, 't'>): void {
    for (const seat of this.seats) {
      seat.reader.send([{ t: 'bye', ...bye }]);
      this.seats.delete(seat);
      seat.reader.close(bye.code);
    }
  }

  /** Retention: numbers up to here are gone, what they said stays in the state. */
  trim(upTo: number): void {
    const gone = this.events.filter((event) => (event.seq ?? 0) <= upTo);
    for (const event of gone) this.trimmed.set(event.run ?? '', event.seq ?? 0);
    this.events = this.events.slice(gone.length);
    this.oldest += gone.length;
  }

  /** A relay in memory mode starts anew: another epoch, an empty log. */
  restart(): void {
    this.epochs += 1;
    this.epoch = epochOf(this.epochs);
    this.events = [];
    this.trimmed = new Map();
    this.oldest = 1;
    this.nextId += 1;
    this.seats.clear();
  }

  setTokens(tokens: NonNullable<LogServerOptions['tokens']>): void {
    (this.options as { tokens: typeof tokens }).tokens = tokens;
  }
}

const epochOf = (count: number) => count.toString(16).padStart(32, '0');
const stripUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;

export type { Seat };
