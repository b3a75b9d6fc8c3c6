import { readdirSync, readFileSync } from 'node:fs';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, type ServerFrame } from '../../../src/model/wire.ts';
import { createResumingTransport } from '../../../src/transport/session/createResumingTransport.ts';
import type { WireSink } from '../../../src/transport/types.ts';
import type { GoldenSession } from './recordGoldenSessions.ts';
import { createRecordingSink } from './recordingSink.ts';

/** What releases said, for every version that is still spoken. These files never change. */
export function readGoldenSessions(): GoldenSession[] {
  const sessions: GoldenSession[] = [];
  for (let version = OLDEST_PROTOCOL_VERSION; version <= PROTOCOL_VERSION; version += 1) {
    const folder = new URL(`../../fixtures/golden-frames/v${version}/`, import.meta.url);
    for (const file of readdirSync(folder))
      sessions.push(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as GoldenSession);
  }
  return sessions;
}

export const strange = { novelty: { deep: [1, null] } };
/** What a newer side of the same version may say: more keys, and frames in between that nobody here knows. */
export const withNovelties = (frames: readonly unknown[]): unknown[] =>
  frames.flatMap((frame) => [
    { ...(frame as object), ...strange },
    { t: 'novelty', ...strange },
  ]);

/** What it says of a frame that it does not know, and no more. */
const isNews = (code: string) => code === 'transport.unknown-frame' || code === 'transport.before-welcome';

/** The same among frames and keys that it does not know. */
export async function replayAmongNovelties(session: GoldenSession) {
  const replayed = await replayGolden(session, withNovelties(session.server));
  return { ...replayed, issues: replayed.issues.filter((code) => !isNews(code)) };
}

const OPEN_MS = 5000;

/** Plays what a relay said to the session of today, one connection after the other. @returns what it holds and heard */
export async function replayGolden(session: GoldenSession, frames: readonly unknown[]) {
  const sink = createRecordingSink();
  let line: WireSink | undefined;
  let openings = 0;
  const transport = createResumingTransport({
    getToken: () => 'x'.repeat(32),
    clock: { now: () => 1_790_000_000_000 },
    random: () => 0,
    times: { backoff: { minMs: 0, maxMs: 0 } },
    wire: {
      kind: session.wire,
      open(_hello, wireSink) {
        line = wireSink;
        openings += 1;
      },
      setSubs: () => undefined,
      close: () => undefined,
    },
  });
  transport.start(sink);
  let welcomes = 0;
  for (const frame of frames) {
    if ((frame as ServerFrame).t === 'welcome') {
      welcomes += 1;
      if (welcomes > 1 && session.wire === 'websocket') line?.onClosed({ code: 'transport.lost', canRetry: true });
    }
    const wanted = session.wire === 'websocket' ? Math.max(1, welcomes) : 1;
    const untilMs = performance.now() + OPEN_MS;
    while (openings < wanted) {
      if (performance.now() > untilMs) throw new Error(`${session.name}: no connection was opened again`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    line?.onData(JSON.stringify(frame));
  }
  transport.stop();
  return {
    state: [...sink.state],
    gaps: sink.gaps.map(({ from, to, why, n }) => ({ from, to, why, n })),
    seqs: sink.seqs,
    issues: sink.issues,
    last: sink.last,
  };
}
