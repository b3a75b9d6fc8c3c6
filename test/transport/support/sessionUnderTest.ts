import { createResumingTransport, type SessionOptions } from 'spanlight/transport';
import { beforeEach } from 'vitest';
import { createFakeTime, type FakeTime, settle } from './fakeTime.ts';
import { createFakeWire, type FakeWire } from './fakeWire.ts';
import { developerGrant, LogServer, viewerGrant } from './logServer.ts';
import { createRecordingSink, type RecordingSink } from './recordingSink.ts';

// A session over a wire that is led by hand, in a time of its own; all of it is made anew before each test.
export let time: FakeTime;
export let server: LogServer;
export let wire: FakeWire;
export let sink: RecordingSink;
/** The page comes back to life. */
export let wake: () => void;
/** How often a token was asked for. */
export let asked: number;

/** A session that begins, with nothing left to chance. */
export function start(options: Partial<SessionOptions> = {}) {
  const transport = createResumingTransport({
    wire,
    getToken: () => {
      asked += 1;
      return 'good';
    },
    clock: time.clock,
    timers: time.timers,
    random: () => 0.999,
    page: {
      subscribe: (listener) => {
        wake = listener;
        return () => (wake = () => undefined);
      },
    },
    ...options,
  });
  transport.start(sink);
  return transport;
}
/** What is under way comes in. */
export const arrive = async () => {
  await settle();
  wire.deliver();
};
/** Time passes on a good line: the relay beats. */
export async function passWithBeats(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5000) {
    await time.advance(Math.min(5000, left));
    server.beat();
    wire.deliver();
  }
}

export const welcomeOf = (log: LogServer) => ({
  t: 'welcome',
  v: 1,
  conn: 'x',
  ...viewerGrant,
  epoch: log.epoch,
  head: log.head,
  oldest: log.oldest,
  now: time.clock.now(),
  hb: 10_000,
  limits: {},
});

beforeEach(() => {
  time = createFakeTime();
  server = new LogServer({ now: time.clock.now, tokens: { good: viewerGrant, dev: developerGrant } });
  wire = createFakeWire(server);
  sink = createRecordingSink();
  wake = () => undefined;
  asked = 0;
});
