import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { createRelayClient, createWebSocketTransport } from 'spanlight/transport';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';

interface Demo {
  readonly process: ChildProcess;
  readonly exit: Promise<readonly [number | null, NodeJS.Signals | null]>;
  output(): string;
}

function startDemo(env: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Demo {
  const command = ['--import', 'tsx', 'src/cli/index.ts', 'demo', '--pace', '0.1', ...args];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: undefined,
      VITEST: undefined,
      SPANLIGHT_PORT: '0',
      SPANLIGHT_STORE: 'memory',
      ...env,
    },
  });
  let printed = '';
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
  child.stderr.on('data', (data: Buffer) => (printed += data.toString()));
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return { process: child, exit, output: () => printed };
}

const wait = { timeout: 40_000, interval: 50 };
const urlOf = async (demo: Demo): Promise<string> => {
  await vi.waitFor(() => expect(demo.output()).toMatch(/http:\/\/\S+:\d+/), wait);
  return /http:\/\/\S+:\d+/.exec(demo.output())?.[0] ?? '';
};

const sessionOf = (url: string, role: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/demo/session?role=${role}`, { headers });
async function tokenOf(url: string, role: string): Promise<string> {
  return ((await (await sessionOf(url, role)).json()) as { token: string }).token;
}

function watch(url: string, role: string): MonitorStore {
  const source = { url, getToken: () => tokenOf(url, role) };
  const store = createMonitorStore({
    transport: createWebSocketTransport({ ...source, WebSocketImpl: WebSocket as never }),
    detailSource: createRelayClient(source),
  });
  store.connect();
  return store;
}
const stateOf = (store: MonitorStore) => {
  store.flush();
  return store.getState();
};
/** The processes of the agents, by what they say of themselves to those who may know: `js:<service>:<pid>:<chance>`. */
const agentPids = (store: MonitorStore) =>
  [...stateOf(store).entities.producers.keys()].map((id) => Number(id.split(':')[2])).filter(Number.isInteger);
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('spanlight demo', { timeout: 90_000 }, () => {
  let demo: Demo;
  let url: string;
  let store: MonitorStore;
  beforeAll(async () => {
    demo = startDemo();
    url = await urlOf(demo);
    store = watch(url, 'developer');
  }, 60_000);
  afterAll(async () => {
    store.destroy();
    demo.process.kill('SIGKILL');
    await demo.exit;
  });

  it('shows real runs of real agents, with cost, and a declared workflow', async () => {
    await vi.waitFor(() => {
      const { runIds, entities } = stateOf(store);
      const runs = runIds.map((id) => entities.getRun(id));
      expect(runs.filter((run) => run?.status === 'completed').length).toBeGreaterThan(1);
      const dearest = Math.max(...runs.map((run) => run?.totals.costNanoUsd ?? 0));
      expect(dearest).toBeGreaterThan(0);
      expect(runs.every((run) => run?.totals.unpricedCalls === 0)).toBe(true);
    }, wait);
    expect(await store.loadWorkflow()).toMatchObject({ title: 'Demo agents' });
  });

  it('lets a call wait for the scripted person and go on', async () => {
    await vi.waitFor(() => {
      const { runIds, entities } = stateOf(store);
      const states = runIds.flatMap((id) => entities.approvalsOf(id).map(({ state }) => state));
      expect(states).toContain('approved');
    }, wait);
  });

  it.each(['viewer', 'operator', 'developer', 'approver'])('gives its own page a token of the %s', async (role) => {
    const response = await sessionOf(url, role, { 'sec-fetch-site': 'same-origin' });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { token } = (await response.json()) as { token: string };
    const workflow = await fetch(`${url}/v1/workflow`, { headers: { authorization: `Bearer ${token}` } });
    expect(workflow.status).toBe(200);
    const ingest = await fetch(`${url}/v1/events`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    expect(ingest.status).toBe(403);
  });

  it.each([
    ['a role that writes', 'ingest', {}, 400],
    ['a role that rules', 'admin', {}, 400],
    ['no role', '', {}, 400],
    ['a page of another site', 'viewer', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of the same site on another port', 'viewer', { 'sec-fetch-site': 'same-site' }, 403],
    ['another origin', 'viewer', { origin: 'http://evil.example' }, 403],
  ] as const)('gives no token for %s', async (_name, role, headers, status) => {
    const response = await sessionOf(url, role, headers);
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('"token"');
  });

  it('starts the agents again when they die', async () => {
    await vi.waitFor(() => expect(agentPids(store)).toHaveLength(1), wait);
    const [first = 0] = agentPids(store);
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => expect(agentPids(store)).toHaveLength(2), wait);
    expect(demo.output()).toContain('[demo.agents-ended]');
  });

  it('ends with its signal, agents and all', async () => {
    const pids = agentPids(store);
    expect(pids.filter(isAlive)).toHaveLength(1);
    store.destroy();
    demo.process.kill('SIGTERM');
    expect(await demo.exit).toEqual([0, null]);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

describe('spanlight demo when something is in the way', { timeout: 60_000 }, () => {
  it('says which port is taken, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const demo = startDemo({ SPANLIGHT_PORT: port });
    expect(await demo.exit).toEqual([1, null]);
    expect(demo.output()).toMatch(/\[relay\.port-in-use\]/);
    other.close();
  });

  it('refuses a pace that is none', async () => {
    const demo = startDemo({}, ['--pace', 'fast']);
    expect(await demo.exit).toEqual([1, null]);
    expect(demo.output()).toContain('[cli.bad-option]');
  });

  it('leaves no agents behind when it is killed', async () => {
    const demo = startDemo();
    const url = await urlOf(demo);
    const store = watch(url, 'developer');
    await vi.waitFor(() => expect(agentPids(store)).toHaveLength(1), wait);
    const [pid = 0] = agentPids(store);
    store.destroy();
    demo.process.kill('SIGKILL');
    await demo.exit;
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), wait);
  });
});
