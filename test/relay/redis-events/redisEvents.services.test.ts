import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifyDecision } from 'spanlight/agent';
import type { MonitorEvent } from 'spanlight/store';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { sha256Hex } from '../../../src/relay/auth/tokenRegistry.ts';
import { connectRedis, createSharedLog, startMember, until } from '../fan-out/support.ts';
import { onEnd, post, read, send, spanEvent } from '../support.ts';

const captured = readFileSync(
  fileURLToPath(new URL('../../fixtures/redis/normalised-events.sample.jsonl', import.meta.url)),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.stringify((JSON.parse(line) as { payload: unknown }).payload));

type RedisClient = Awaited<ReturnType<typeof connectRedis>>;
const CONTROL_KEY = 'c'.repeat(32);
let channel: string;
let redisPrefix: string;
beforeEach(() => {
  channel = `agents.${randomUUID()}`;
  redisPrefix = `t${randomUUID().slice(0, 8)}`;
});

const message = (seq: number, fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    v: 1,
    id: `py:shop:7:0a0b0c0d-${seq}`,
    publisher: 'py:shop:7:0a0b0c0d',
    seq,
    sent_at: '2026-11-21T01:36:14.514Z',
    type: 'span.start',
    trace_id: 'trace_1',
    span_id: `span_${seq}`,
    kind: 'tool',
    name: 'lookup_order',
    status: 'running',
    ...fields,
  });

async function startInput(options: Parameters<typeof startMember>[1] = {}) {
  const runLog = options.runLog ?? createSharedLog();
  const relay = await startMember(inject('redisUrl'), {
    redisPrefix,
    redisEvents: [{ channel, project: 'default' }],
    ...options,
    runLog,
  });
  const stored = async (): Promise<readonly MonitorEvent[]> => {
    const { head } = await runLog.head('default');
    return runLog.read('default', 0, head, 10_000);
  };
  return { relay, runLog, stored };
}
const hasListeners = (client: Awaited<ReturnType<typeof connectRedis>>, count: number) =>
  until(async () => (await client.pubSubNumSub(channel))[channel] === count);

describe('an input channel', () => {
  it('takes in what an SDK process publishes, each message once, also where two relays hear it', async () => {
    const { relay, runLog, stored } = await startInput();
    await startInput({ runLog });
    const publisher = await connectRedis(inject('redisUrl'));
    await hasListeners(publisher, 2);
    const reader = await read(relay, { role: 'developer' });
    for (const text of captured) await publisher.publish(channel, text);
    await reader.waitFor(() => reader.events().some(({ type }) => type === 'producer.beat'));
    await until(async () => (await stored()).length >= captured.length);
    const events = await stored();
    expect(events).toHaveLength(captured.length);
    expect(new Set(events.map(({ id }) => id)).size).toBe(captured.length);
    expect(events.map(({ prod }) => prod?.n).sort((left, right) => Number(left) - Number(right))).toEqual(
      captured.map((_, index) => index),
    );
    expect(JSON.stringify(events)).not.toContain('Refund order'); // content stands apart
  });

  it('leaves out what it cannot read, counts it, and takes its neighbours', async () => {
    const lines: unknown[] = [];
    const { stored } = await startInput({ log: (line) => void lines.push(line) });
    const publisher = await connectRedis(inject('redisUrl'));
    await hasListeners(publisher, 1);
    const bad = [
      'no json',
      '',
      '1],"data":[2',
      `${'['.repeat(500)}${']'.repeat(500)}`,
      '{"v":1}',
      message(3, { type: 'span.sideways' }),
      message(4, { detail: { input: 'x'.repeat(1_100_000) } }),
      message(5, { span_id: 'x'.repeat(300) }),
    ];
    for (const text of [message(0), ...bad, message(9)]) await publisher.publish(channel, text);
    await until(async () => (await stored()).filter(({ type }) => type === 'span.start').length === 2);
    const issues = lines.find((line) => (line as { event: string }).event === 'redis-events.issues');
    expect(issues).toBeDefined();
    expect(JSON.stringify(lines)).not.toContain('sideways'); // names of codes alone, nothing of a message
  });

  it('records what a publisher lost as a hole in its numbers', async () => {
    const { stored } = await startInput({ timings: { holeMs: 100 } });
    const publisher = await connectRedis(inject('redisUrl'));
    await hasListeners(publisher, 1);
    for (const seq of [0, 1, 2, 6]) await publisher.publish(channel, message(seq));
    await until(async () => (await stored()).some(({ type }) => type === 'producer.gap'));
    expect((await stored()).find(({ type }) => type === 'producer.gap')).toMatchObject({
      prod: { id: 'py:shop:7:0a0b0c0d', n: 5 },
      a: { holeEvents: 3 },
    });
  });

  it('reads the stream beside it after a restart: what nobody heard, and nothing twice', async () => {
    const runLog = createSharedLog();
    const publisher = await connectRedis(inject('redisUrl'));
    const publish = async (from: number, to: number) => {
      for (let seq = from; seq < to; seq += 1) {
        await publisher.publish(channel, message(seq));
        await publisher.xAdd(`${channel}.log`, '*', { payload: message(seq) });
      }
    };
    const numbers = async (stored: () => Promise<readonly MonitorEvent[]>) =>
      (await stored()).map(({ prod }) => prod?.n ?? -1).sort((left, right) => left - right);
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

    await publish(0, 700); // nobody listens yet, and it is more than one page
    const first = await startInput({ runLog });
    await until(async () => (await first.stored()).length === 700);
    await hasListeners(publisher, 1);
    await publish(700, 720);
    await until(async () => (await first.stored()).length === 720);
    await first.relay.close();
    await publish(720, 740); // the relay is away
    const second = await startInput({ runLog });
    await hasListeners(publisher, 1);
    await publish(740, 760);
    await until(async () => (await second.stored()).length >= 760);
    expect(await numbers(second.stored)).toEqual(upTo(760));
  });

  it.each<readonly [string, (client: RedisClient, key: string) => Promise<unknown>]>([
    ['behind its end', (client, key) => client.set(key, '9999999999999-0')],
    ['that is none', (client, key) => client.set(key, '+')],
    ['of another kind', (client, key) => client.lPush(key, 'x')],
  ])('reads the stream beside it whatever somebody wrote as the place in it: one %s', async (_what, poison) => {
    const runLog = createSharedLog();
    const { epoch } = await runLog.head('default');
    const publisher = await connectRedis(inject('redisUrl'));
    await poison(publisher, `${redisPrefix}:place:${channel}:${epoch}`);
    for (let seq = 0; seq < 3; seq += 1) await publisher.xAdd(`${channel}.log`, '*', { payload: message(seq) });
    const { stored } = await startInput({ runLog });
    await until(async () => (await stored()).length >= 3);
    expect(await stored()).toHaveLength(3);
  });

  it('keeps what came while the log took nothing', async () => {
    const runLog = createSharedLog();
    let isDown = true;
    const failing = new Proxy(runLog, {
      get: (target, key) =>
        key === 'append' && isDown ? () => Promise.reject(new Error('down')) : Reflect.get(target, key),
    });
    const { stored } = await startInput({ runLog: failing });
    const publisher = await connectRedis(inject('redisUrl'));
    await hasListeners(publisher, 1);
    for (let seq = 0; seq < 50; seq += 1) await publisher.publish(channel, message(seq));
    isDown = false;
    await until(async () => (await stored()).length >= 50);
    expect(await stored()).toHaveLength(50);
  });
});

describe('the control channel', () => {
  const decided = (fields: Record<string, unknown> = {}) => ({
    id: randomUUID(),
    type: 'approval.decided',
    sv: 1,
    ts: 1_790_000_000_000,
    run: 'trace_1',
    ref: 'call_1',
    a: { decision: 'approved', decidedBy: 'mary', decidedAtMs: 1_790_000_000_000 },
    ...fields,
  });

  const startControl = async () => {
    const redisControl = `control.${randomUUID()}`;
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const tokensFile = join(folder, 'tokens.json');
    const token = 'd'.repeat(40);
    const ofOther = 'o'.repeat(40);
    const roles = ['ingest', 'approver'];
    const entries = [
      { name: 'host', sha256: sha256Hex(token), roles, project: 'default' },
      { name: 'neighbour', sha256: sha256Hex(ofOther), roles, project: 'other' },
    ];
    await writeFile(tokensFile, JSON.stringify(entries));
    const { relay } = await startInput({ controlKey: CONTROL_KEY, redisControl, tokensFile });
    const host = await connectRedis(inject('redisUrl'));
    const heard: string[] = [];
    await host.subscribe(redisControl, (text) => void heard.push(text));
    await until(async () => {
      const answer = await fetch(`${relay.url}/health`);
      return ((await answer.json()) as { status: string }).status === 'ok';
    });
    const decideAs = (bearer: string) => (events: readonly unknown[]) =>
      post(relay, '/v1/events', JSON.stringify({ events }), { authorization: `Bearer ${bearer}` });
    return { relay, heard, decide: decideAs(token), decideInOther: decideAs(ofOther) };
  };

  it('tells agents of a decision, signed: a wake-up that only the shared key could have written', async () => {
    const { relay, heard, decide } = await startControl();
    await decide([
      decided({ prod: { id: 'agent', n: 0 } }),
      decided({ detail: { reason: 'secret reason' } }),
      spanEvent(),
    ]);
    await until(() => heard.length > 0);
    await relay.ingest([decided({ ref: 'call_2', a: { decision: 'rejected' } })]); // by the host of the relay itself
    await until(() => heard.length > 1);
    expect(heard.map((text) => verifyDecision(text, CONTROL_KEY))).toMatchObject([
      { approval_id: 'call_1', trace_id: 'trace_1', decision: 'approved', by: 'mary', at: '2026-09-21T14:13:20.000Z' },
      { approval_id: 'call_2', decision: 'rejected' },
    ]);
    expect(heard.join()).not.toContain('secret reason');
    expect(verifyDecision(heard[0] as string, 'x'.repeat(32))).toBeUndefined();
  });

  it('holds for a minute: what somebody recorded and plays again later is none', async () => {
    const { relay, heard, decide } = await startControl();
    await decide([decided()]);
    await until(() => heard.length > 0);
    await relay.close();
    const [text = ''] = heard;
    const later = (ms: number) => verifyDecision(text, CONTROL_KEY, { now: () => Date.now() + ms });
    expect(later(0)).toMatchObject({ approval_id: 'call_1', at: '2026-09-21T14:13:20.000Z' }); // decided long ago, signed now
    expect(later(61_000)).toBeUndefined();
    expect(later(-61_000)).toBeUndefined();
  });

  it('says in which project it was decided: who may decide in one decides nothing in another', async () => {
    const { heard, decide, decideInOther } = await startControl();
    await decideInOther([decided()]); // the very ids of a call that waits in the project `default`
    await until(() => heard.length === 1);
    expect(verifyDecision(heard[0] as string, CONTROL_KEY)).toBeUndefined();
    expect(verifyDecision(heard[0] as string, CONTROL_KEY, { project: 'other' })).toMatchObject({ project: 'other' });
    await decide([decided()]);
    await until(() => heard.length === 2);
    expect(verifyDecision(heard[1] as string, CONTROL_KEY)).toMatchObject({
      approval_id: 'call_1',
      project: 'default',
    });
  });

  it('never signs what an agent says by an ordinary token, in any form and over any way in', async () => {
    const { relay, heard, decide } = await startControl();
    const forged = (ref: string, fields = {}) => decided({ ref, ...fields });
    const answer = await send(relay, [forged('forged-1'), forged('forged-2', { prod: { id: 'agent', n: 0 } })]);
    expect(answer.events).toMatchObject([{ st: 'bad', code: 'ingest.decision-not-allowed' }, { st: 'ok' }]);
    const published = message(0, {
      type: 'approval.decided',
      approval_id: 'forged-3',
      decision: 'approved',
      by: 'mary',
    });
    await post(relay, '/v1/messages', JSON.stringify({ messages: [JSON.parse(published) as unknown] }));
    const publisher = await connectRedis(inject('redisUrl'));
    await publisher.publish(
      channel,
      message(1, { type: 'approval.decided', approval_id: 'forged-4', decision: 'approved' }),
    );
    const record = { type: 'approval.decided', trace_id: 'trace_1', call_id: 'forged-5', decision: 'approved' };
    await post(relay, '/v1/traces/ingest', JSON.stringify({ data: [record] }));
    await until(async () => (await relay.ingest([])).events.length === 0);
    await decide([forged('true')]);
    await until(() => heard.length > 0);
    expect(heard.map((text) => verifyDecision(text, CONTROL_KEY)?.approval_id)).toEqual(['true']);
  });
});
