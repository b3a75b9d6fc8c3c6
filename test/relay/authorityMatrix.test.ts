import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay, RelayLogLine } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { type Capability, capabilitiesOf, type Role, roles } from '../../src/model/capabilities.ts';
import type { Scope } from '../../src/model/scope.ts';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { type RouteName, relayRoutes } from '../../src/relay/http/routes.ts';
import { onEnd, read, startRelay } from './support.ts';

/** Route x role x wire x project x scope: who gets what, each cell over the real door. */

const projects = ['shop', 'bank'] as const;
const scopes = {
  none: undefined,
  own: { user: 'ann', tags: ['t1'] },
  other: { user: 'ben' },
} as const satisfies Record<string, Scope | undefined>;
type ScopeName = keyof typeof scopes;

interface Holder {
  readonly role: Role;
  readonly project: (typeof projects)[number];
  readonly scope: ScopeName;
  readonly token: string;
}
const can = ({ role }: Holder, capability: Capability | undefined) =>
  capability === undefined || capabilitiesOf([role]).includes(capability);
/** Whether what the test stored lies in what this token may see. */
const isInside = ({ project, scope }: Holder) => project === 'shop' && scope !== 'other';

const runId = `trace_${'ab'.repeat(16)}`;
const spanId = `span_${'ac'.repeat(12)}`;
const callId = `call_${'ad'.repeat(8)}`;
const eventId = '0190f3a1-0000-7000-8000-0000000000ff';
const secret = 'kanarievogel8f3';

const stored = [
  {
    type: 'run.start',
    a: { name: 'Refunds', userId: 'ann', tags: ['t1'], startedAtMs: 1_790_000_000_000 },
    detail: { metadata: { secret } },
  },
  {
    type: 'span.start',
    span: spanId,
    a: { kind: 'tool', name: 'pay', agentName: 'Clerk', startedAtMs: 1_790_000_000_000 },
    detail: { input: secret },
  },
  {
    type: 'span.end',
    span: spanId,
    a: { kind: 'tool', name: 'pay', status: 'error', endedAtMs: 1_790_000_000_900, errorType: 'Error' },
    detail: { error: { message: secret } },
  },
  { type: 'approval.requested', ref: callId, a: { toolName: 'pay' }, detail: { arguments: { secret } } },
  { type: 'score', a: { name: 'faithfulness', value: 0.9 } },
  { type: 'log', id: eventId, a: { level: 'info', sourceName: 'Clerk' }, detail: { message: secret } },
].map((event, index) => ({
  id: `0190f3a1-0000-7000-8000-${String(index).padStart(12, '0')}`,
  sv: 1,
  ts: 1_790_000_000_000 + index,
  run: runId,
  ...event,
}));

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const holders = roles.flatMap((role) =>
    projects.flatMap((project) =>
      (Object.keys(scopes) as ScopeName[]).map(
        (scope): Holder => ({ role, project, scope, token: randomBytes(24).toString('hex') }),
      ),
    ),
  );
  const entries = holders.map(({ role, project, scope, token }) => ({
    name: `${role} of ${project} ${scope}`,
    sha256: sha256Hex(token),
    roles: [role],
    project,
    ...(scopes[scope] && { scope: scopes[scope] }),
  }));
  const tokensFile = join(folder, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify(entries));
  const lines: RelayLogLine[] = [];
  const relay = await startRelay({
    tokensFile,
    log: (line) => lines.push(line),
    maxConnections: 5000,
    maxConnectionsPerAddress: 5000,
  });
  await relay.ingest(stored, 'shop');
  return { relay, holders, lines };
}

/** What a route is asked with, and whether its answer holds something of the stored run. A route without a row fails the test. */
interface Row {
  readonly body?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `run`: 404 for who is outside. `list`: an answer without it. `none`: nothing of runs in it. */
  readonly shows: 'run' | 'list' | 'none';
  readonly ok?: number;
}
const hello = (more: object = {}) =>
  JSON.stringify({ t: 'hello', v: [1, 1], subs: [{ sub: 'overview' }], wait: 0, ...more });
const rows: Readonly<Record<string, Row>> = {
  health: { shows: 'none' },
  healthLive: { shows: 'none' },
  healthReady: { shows: 'none' },
  figures: { shows: 'none' },
  events: { body: '{"events":[]}', shows: 'none' },
  traces: { body: '{"data":[]}', shows: 'none' },
  messages: { body: '{"messages":[]}', shows: 'none' },
  otlpTraces: { body: '{"resourceSpans":[]}', shows: 'none' },
  otlpLogs: { body: '{"resourceLogs":[]}', shows: 'none' },
  live: { body: '{"texts":[]}', shows: 'none' },
  stream: { shows: 'none', ok: 426 },
  streamPost: { body: hello(), headers: { accept: 'application/json' }, shows: 'list' },
  streamTicket: { body: hello(), shows: 'none' },
  workflow: { shows: 'none' },
  runs: { shows: 'list' },
  run: { shows: 'run' },
  logs: { shows: 'list' },
  approvals: { shows: 'list' },
  scores: { shows: 'list' },
  alerts: { shows: 'none' },
  errors: { shows: 'list' },
  metrics: { query: '?from=1789999000000&to=1790000100000&bucketMs=100000', shows: 'none' },
  export: { shows: 'list' },
  runPayload: { shows: 'run' },
  spanPayload: { shows: 'run' },
  approvalPayload: { shows: 'run' },
  eventPayload: { shows: 'run' },
  dashboard: { shows: 'none', ok: 404 },
};

const fill = (path: string) =>
  path
    .replace(':runId', runId)
    .replace(':spanId', spanId)
    .replace(':callId', callId)
    .replace(':eventId', eventId)
    .replace('*', 'nothing-here');

async function ask(relay: Relay, name: RouteName, token: string | undefined) {
  const { method, path } = relayRoutes[name];
  const row = rows[name] as Row;
  const response = await fetch(relay.url + fill(path) + (row.query ?? ''), {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(row.body !== undefined && { 'content-type': 'application/json' }),
      ...row.headers,
    },
    ...(row.body !== undefined && { body: row.body }),
  });
  return { status: response.status, text: await response.text() };
}

const holdsRun = (text: string) =>
  text.includes(runId) || text.includes(secret) || text.includes('Refunds') || text.includes('Clerk');

describe('authority', () => {
  it('has a row for every route there is', () => {
    expect(Object.keys(relayRoutes).filter((name) => rows[name] === undefined)).toEqual([]);
  });

  it('is asked for on every route, by role, project and scope: more than a thousand cells with the wires', async () => {
    const { relay, holders, lines } = await setUp();
    const faults: string[] = [];
    let cells = 0;
    const note = (cell: string, expected: unknown, got: unknown) => {
      cells += 1;
      if (JSON.stringify(expected) !== JSON.stringify(got))
        faults.push(`${cell}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
    };

    for (const name of Object.keys(relayRoutes) as RouteName[]) {
      const route = relayRoutes[name];
      const { shows, ok = 200 } = rows[name] as Row;
      const isGuarded = route.needs !== undefined;
      note(`${name} without a token`, isGuarded ? 401 : ok, (await ask(relay, name, undefined)).status);
      for (const holder of holders) {
        const isAllowed = can(holder, route.needs);
        const { status, text } = await ask(relay, name, holder.token);
        const isHidden = shows === 'run' && !isInside(holder);
        const cell = `${name} ${holder.role} ${holder.project} ${holder.scope}`;
        note(cell, isAllowed ? (isHidden ? 404 : ok) : 403, status);
        note(`${cell}: shows`, isAllowed && shows !== 'none' && isInside(holder), holdsRun(text));
        if (!can(holder, 'read.payload')) note(`${cell}: content`, false, text.includes(secret));
      }
    }

    // the wires: everything, from the beginning by a cursor, and a run that is asked for by its id
    for (const holder of holders) {
      const reader = can(holder, 'read.shape');
      for (const more of [
        {},
        { subs: [{ sub: `run:${runId}` }] },
        { subs: [{ sub: 'overview', scope: { user: 'ann' } }] },
      ]) {
        const cell = `${holder.role} ${holder.project} ${holder.scope} ${JSON.stringify(more)}`;
        const asksRaw = 'subs' in more && JSON.stringify(more).includes('"scope"');
        // a viewer asks by what it sees: the raw name is worth something only where its token says it
        const seesAsked = !asksRaw || can(holder, 'read.payload') || holder.scope === 'own';
        const expected = reader && isInside(holder) && seesAsked;
        for (const accept of ['application/json', 'text/event-stream']) {
          const abort = new AbortController();
          const response = await fetch(`${relay.url}/v1/stream`, {
            method: 'POST',
            headers: { authorization: `Bearer ${holder.token}`, 'content-type': 'application/json', accept },
            body: hello(more),
            signal: abort.signal,
          });
          note(`${accept} ${cell}`, reader ? 200 : 403, response.status);
          let text = '';
          if (accept === 'application/json') text = await response.text();
          else if (response.ok && response.body) {
            for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
              text += chunk;
              if (text.includes('"t":"snap"') && text.endsWith('\n\n')) break;
            }
          }
          abort.abort();
          note(`${accept} ${cell}: shows`, expected, holdsRun(text.replaceAll(`"run:${runId}"`, '')));
          note(`${accept} ${cell}: content`, false, text.includes(secret));
        }
        const socket = await read(relay, {
          hello: { t: 'hello', v: [1, 1], subs: [{ sub: 'overview' }], token: holder.token, ...more },
        });
        if (reader) await socket.next('snap');
        else await socket.next('bye');
        const text = socket.raw().toString('utf8');
        note(`websocket ${cell}: shows`, expected, holdsRun(text.replaceAll(`"run:${runId}"`, '')));
        note(`websocket ${cell}: content`, false, text.includes(secret));
        socket.socket.terminate();
      }
    }
    expect(faults.slice(0, 30)).toEqual([]);
    expect(cells).toBeGreaterThan(1000);
    const log = JSON.stringify(lines);
    expect(holders.filter(({ token }) => log.includes(token) || log.includes(sha256Hex(token)))).toEqual([]);
    expect(log).not.toContain(secret);
  }, 120_000);
});

describe('authority that changes while somebody reads', () => {
  const startWith = async (entry: object) => {
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const tokensFile = join(folder, 'tokens.json');
    const token = randomBytes(24).toString('hex');
    const write = (...entries: object[]) =>
      writeFile(
        tokensFile,
        JSON.stringify(entries.map((one) => ({ name: 'ann', sha256: sha256Hex(token), project: 'default', ...one }))),
      );
    await write(entry);
    const relay = await startRelay({ tokensFile });
    const reader = await read(relay, { token });
    await reader.next('welcome');
    return { relay, token, reader, write };
  };
  const within5s = async (reader: { closed: Promise<number> }) => {
    const startedMs = performance.now();
    const code = await reader.closed;
    expect(performance.now() - startedMs).toBeLessThan(5000);
    return code;
  };

  it('cuts a token that was taken out of the file', async () => {
    const { relay, token, reader, write } = await startWith({ roles: ['developer'] });
    await write();
    expect(await within5s(reader)).toBe(4401);
    const again = await read(relay, { token });
    expect((await again.next('bye')).code).toBe(4401);
  }, 10_000);

  it('cuts a token that runs out', async () => {
    const { reader } = await startWith({ roles: ['viewer'], expiresAt: new Date(Date.now() + 1500).toISOString() });
    expect(await within5s(reader)).toBe(4401);
  }, 10_000);

  it.each([
    ['a weaker role', { roles: ['viewer'] }],
    ['a scope', { roles: ['developer'], scope: { user: 'ben' } }],
  ])(
    'makes who gets %s start anew: an old cursor shows no more than that',
    async (_what, next) => {
      const { relay, token, reader, write } = await startWith({ roles: ['developer'] });
      await relay.ingest(
        stored.map((event) => ({
          ...event,
          a: { ...event.a, ...(event.type === 'span.start' && { name: 'mary@example.com' }) },
        })),
      );
      await reader.waitFor(() => reader.events().length >= stored.length);
      const { epoch } = await (await read(relay, { token })).next('welcome');
      await write(next);
      expect(await within5s(reader)).toBe(1012);
      expect((await reader.next('bye')).resume).toBe(false);
      const back = await read(relay, { token, cursor: `${epoch}.0` });
      await back.waitFor(() => back.frames.some((frame) => frame.t === 'batch' && frame.to >= stored.length));
      expect(back.raw().toString('utf8')).not.toContain('mary@example.com');
    },
    10_000,
  );

  it('ends with the project: a token that moved sees nothing of the old one', async () => {
    const { reader, write } = await startWith({ roles: ['viewer'] });
    await write({ roles: ['viewer'], project: 'bank' });
    expect(await within5s(reader)).toBe(4403);
  }, 10_000);
});
