import { describe, expect, it } from 'vitest';
import {
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  type ServerFrame,
  type WelcomeFrame,
} from '../../../src/model/wire.ts';
import { parseHello, parsePostedHello, parseSubChange } from '../../../src/relay/wire/clientFrames.ts';
import { parseFrame } from '../../../src/transport/session/parseFrame.ts';
import { read, startRelay } from '../../relay/support.ts';
import {
  readGoldenSessions,
  replayAmongNovelties,
  replayGolden,
  strange,
  withNovelties,
} from '../support/goldenSessions.ts';
import { type GoldenSession, goldenTokens, recordGoldenSessions } from '../support/recordGoldenSessions.ts';

const sessions = readGoldenSessions();
const named = sessions.map((session) => [session.name, session] as const);
const isHello = (frame: unknown): frame is { readonly t: 'hello'; readonly v: unknown } =>
  (frame as { t?: unknown }).t === 'hello';
/** A hello that no relay ever took. */
const isBroken = (frame: unknown) => isHello(frame) && !Array.isArray(frame.v);

describe('golden frames', () => {
  it('hold every frame of a relay and of a client, with what each may carry', () => {
    const server = sessions.flatMap((session) => session.server);
    const kinds = { welcome: 0, batch: 0, snap: 0, gap: 0, rows: 0, live: 0, hb: 0, err: 0, bye: 0 };
    for (const { t } of server) kinds[t satisfies keyof typeof kinds] += 1;
    expect(Object.entries(kinds).filter(([, count]) => count === 0)).toEqual([]);
    expect(server.some((frame) => frame.t === 'hb' && frame.degraded)).toBe(true);
    expect(server.some((frame) => frame.t === 'welcome' && frame.degraded)).toBe(true);
    expect(server.some((frame) => frame.t === 'snap' && frame.scope)).toBe(true);
    expect(server.some((frame) => frame.t === 'rows' && frame.buckets)).toBe(true);
    expect(new Set(server.flatMap((frame) => (frame.t === 'gap' ? frame.why : [])))).toEqual(
      new Set(['retention', 'epoch', 'store']),
    );
    expect(new Set(server.flatMap((frame) => (frame.t === 'bye' ? frame.code : [])))).toEqual(
      new Set([1012, 4400, 4401, 4403, 4426]),
    );
    const client = sessions.flatMap((session) => session.client) as Readonly<Record<string, unknown>>[];
    expect(new Set(client.map(({ t }) => t))).toEqual(new Set(['hello', 'sub', 'unsub']));
    const keys = new Set(client.flatMap((frame) => Object.keys(frame)));
    for (const key of ['cursor', 'subs', 'whole', 'scope', 'rows', 'live', 'deflate', 'wait', 'limit']) {
      expect(keys).toContain(key);
    }
  });

  it.each(named)(
    '%s: the client of today understands every frame, also among keys and frames it does not know',
    async (_, session) => {
      for (const frame of session.server) expect(parseFrame(frame)).toBe(frame);
      const plain = await replayGolden(session, session.server);
      expect(plain.issues.filter((code) => code.startsWith('transport.'))).toEqual([]);
      expect(await replayAmongNovelties(session)).toEqual(plain);
    },
  );

  it.each(named)('%s: the relay of today understands every frame, and leaves out nothing of it', (_, session) => {
    for (const frame of session.client.filter((one) => !isBroken(one))) {
      for (const said of [frame, { ...(frame as object), ...strange }]) {
        const text = JSON.stringify(said);
        const parsed = isHello(frame)
          ? (session.wire === 'websocket' ? parseHello : parsePostedHello)(text)
          : parseSubChange(text);
        expect(parsed).toEqual(frame);
      }
    }
    expect(parseSubChange(JSON.stringify({ t: 'novelty', ...strange }))).toBeUndefined();
  });

  it.each(named.filter(([, { wire }]) => wire === 'websocket'))(
    '%s: said to the relay of today, frames that nobody knows in between, it is answered as then',
    async (_, session) => {
      const relay = await startRelay({ roleTokens: goldenTokens });
      const reader = await read(relay, { isSilent: true });
      const isGood = !isBroken(session.client[0]);
      const first = { ...(session.client[0] as object), deflate: undefined }; // this reader takes plain text only
      for (const frame of isGood ? withNovelties([first]) : [first]) reader.sendFrame(frame);
      const expected = session.server[0] as ServerFrame;
      await reader.waitFor(() => reader.frames.length > 0);
      expect(reader.frames[0]).toMatchObject(
        expected.t === 'bye' ? { t: 'bye', code: expected.code } : { t: 'welcome', v: (expected as WelcomeFrame).v },
      );
      if (expected.t === 'bye') return;
      for (const frame of session.client.filter((one) => !isHello(one))) reader.sendFrame(frame);
      await reader.waitFor(() => reader.frames.some((frame) => frame.t === 'snap'));
      expect(reader.frames.some(({ t }) => t === 'bye')).toBe(false);
    },
  );

  it.each([
    [[PROTOCOL_VERSION, PROTOCOL_VERSION], { t: 'welcome', v: PROTOCOL_VERSION }],
    [[0, PROTOCOL_VERSION], { t: 'welcome', v: PROTOCOL_VERSION }],
    [[OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION + 7], { t: 'welcome', v: PROTOCOL_VERSION }],
    [[0, OLDEST_PROTOCOL_VERSION], { t: 'welcome', v: OLDEST_PROTOCOL_VERSION }],
    [[0, OLDEST_PROTOCOL_VERSION - 1], { t: 'bye', code: 4426 }],
    [[PROTOCOL_VERSION + 1, PROTOCOL_VERSION + 2], { t: 'bye', code: 4426 }],
    [[PROTOCOL_VERSION + 1, 0], { t: 'bye', code: 4426 }],
  ] as const)('a client that speaks %j is answered %j', async (v, expected) => {
    const relay = await startRelay();
    const reader = await read(relay, { v });
    await reader.waitFor(() => reader.frames.length > 0);
    expect(reader.frames[0]).toMatchObject(expected);
  });

  it('are what the relay and the client of today still say: within a version nothing is taken away', async () => {
    const today = shapesOf(await recordGoldenSessions());
    const missing = [...shapesOf(sessions)].filter((shape) => !today.has(shape));
    expect(missing).toEqual([]);
  }, 30_000);
});

/** Each key of each kind of frame with the type of its value, e.g. `welcome.limits.frameBytes number`. */
function shapesOf(recorded: readonly GoldenSession[]): Set<string> {
  const shapes = new Set<string>();
  const walk = (path: string, value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) walk(`${path}[]`, item);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) walk(`${path}.${key}`, item);
    } else shapes.add(`${path} ${value === null ? 'null' : typeof value}`);
  };
  for (const { client, server } of recorded) {
    for (const frame of [...client.filter((one) => !isBroken(one)), ...server]) walk((frame as ServerFrame).t, frame);
  }
  return shapes;
}
