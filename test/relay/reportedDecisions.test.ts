import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RelayOptions } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/model/capabilities.ts';
import type { IngestAnswer } from '../../src/model/wire.ts';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { onEnd, post, read, send, startRelay } from './support.ts';

/** A relay with the token of an agent, and one of a host that may decide as well. */
async function start(options: RelayOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const tokensFile = join(folder, 'tokens.json');
  const token = 'd'.repeat(40);
  const roles: Role[] = ['ingest', 'approver'];
  await writeFile(tokensFile, JSON.stringify([{ name: 'host', sha256: sha256Hex(token), roles, project: 'default' }]));
  const roleTokens = { ingest: 'i'.repeat(40), viewer: 'v'.repeat(40) };
  const relay = await startRelay({ tokensFile, roleTokens, ...options });
  const sendAsHost = async (events: readonly unknown[]) => {
    const answer = await post(relay, '/v1/events', JSON.stringify({ events }), { authorization: `Bearer ${token}` });
    return (await answer.json()) as IngestAnswer;
  };
  return { relay, sendAsHost };
}
const event = (type: string, fields: object = {}) => ({
  id: randomUUID(),
  type,
  sv: 1,
  ts: 1_790_000_000_000,
  run: `trace_${'a'.repeat(32)}`,
  ref: 'call_1',
  a: {},
  ...fields,
});
const approved = (fields: object = {}) => event('approval.decided', { a: { decision: 'approved' }, ...fields });
const asked = event('approval.requested', { a: { toolName: 'refund' }, prod: { id: 'agent', n: 1 } });
const ofAgent = { prod: { id: 'agent', n: 2 } };
const refused = { st: 'bad', code: 'ingest.decision-not-allowed', path: 'type' };

describe('a decision about an approval', () => {
  it('that stands for the relay is refused from an ordinary token, and its neighbours are stored', async () => {
    const { relay } = await start();
    const reader = await read(relay);
    await reader.next('snap');
    expect((await send(relay, [asked, approved(), event('run.end')])).events).toMatchObject([
      { st: 'ok' },
      refused,
      { st: 'ok' },
    ]);
    await reader.waitFor(() => reader.events().some(({ type }) => type === 'run.end'));
    expect(reader.events().map(({ type }) => type)).toEqual(['approval.requested', 'run.end']);
  });

  it('that a process reports of itself is shown, unless the relay takes none of those', async () => {
    const { relay } = await start();
    expect((await send(relay, [asked, approved(ofAgent)])).events).toMatchObject([{ st: 'ok' }, { st: 'ok' }]);
    const strict = await start({ reportedDecisions: 'off' });
    expect((await send(strict.relay, [asked, approved(ofAgent)])).events).toMatchObject([{ st: 'ok' }, refused]);
    const message = { v: 1, id: 'p-1', publisher: 'p', seq: 1, type: 'approval.decided', trace_id: 'trace_1' };
    const messages = [{ ...message, approval_id: 'call_1', decision: 'approved' }];
    for (const [{ relay: one }, verdict] of [
      [{ relay }, { st: 'ok' }],
      [strict, refused],
    ] as const) {
      const answer = await post(one, '/v1/messages', JSON.stringify({ messages }));
      expect(((await answer.json()) as IngestAnswer).events).toMatchObject([verdict]);
    }
  });

  it('is taken from a token that may decide, and from the process that the relay runs in', async () => {
    const { relay, sendAsHost } = await start({ reportedDecisions: 'off' });
    expect((await sendAsHost([approved(), approved(ofAgent)])).events).toMatchObject([{ st: 'ok' }, { st: 'ok' }]);
    expect((await relay.ingest([approved()])).events).toMatchObject([{ st: 'ok' }]);
  });
});
