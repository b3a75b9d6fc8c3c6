import { relayRoutes } from '../../../src/relay/http/routes.ts';
import { readCaptured } from './capturedBytes.ts';
import { type HostSite, launchChromium, openDashboard } from './hostPage.ts';
import { openRawReader, rawWires } from './rawReader.ts';
import type { RelayProcess } from './relayProcess.ts';
import { openStoreReader } from './storeReader.ts';
import { startTeeProxy, type TeeProxy } from './teeProxy.ts';
import { type TokenRole, tokens } from './tokens.ts';
import type { TortureContext } from './types.ts';
import { mustHold, pause } from './waitUntil.ts';
import { allWires } from './wires.ts';

/** Who may see shapes and no payload. */
const shapeRoles = ['viewer', 'operator', 'approver'] as const satisfies readonly TokenRole[];
const AT_MS = 1_790_000_000_000;

export type RawEvent = Record<string, unknown>;
export interface Exits {
  /** Bytes by exit, packed ones as what they hold, too. */
  readonly bytes: Map<string, Buffer[]>;
  /** Deflated messages among them. */
  inflatedMessages: number;
  readonly untestedRoutes: string[];
  /** Requests that were made. */
  requests: number;
}

/** Ids for the parts of a path; a route with a part that nobody knows is a route that nobody tests. */
const partsOf = (event: RawEvent): Readonly<Record<string, string>> => ({
  runId: String(event['run']),
  spanId: String(event['span']),
  callId: String(event['ref'] ?? 'call_0123456789abcdef'),
  eventId: String(event['id']),
  id: String(event['ref'] ?? event['id']),
});

/** Every wire in every manner: live, snapshot, resume, one run; then every route; then what is printed. */
export async function walkExits(
  context: TortureContext,
  relay: RelayProcess,
  events: readonly RawEvent[],
  send: () => Promise<void>,
): Promise<Exits> {
  const exits: Exits = { bytes: new Map(), inflatedMessages: 0, untestedRoutes: [], requests: 0 };
  const keep = (exit: string, ...bytes: readonly Buffer[]) =>
    exits.bytes.set(exit, [...(exits.bytes.get(exit) ?? []), ...bytes]);
  const keepCaptured = (exit: string, tee: TeeProxy) => {
    for (const bytes of tee.received()) {
      const { parts, inflatedMessages } = readCaptured(bytes);
      exits.inflatedMessages += inflatedMessages;
      keep(exit, ...parts);
    }
  };
  const developer = openStoreReader({ url: relay.url, token: tokens.developer, wire: 'websocket' });
  context.onEnd(() => developer.close());
  const live = await Promise.all(
    allWires.flatMap((wire) =>
      shapeRoles.map(async (role) => {
        const tee = await startTeeProxy(context, relay.port);
        const reader = openStoreReader({
          url: tee.url,
          token: tokens[role],
          wire,
          topics: ['overview', 'runs', 'approvals', 'alerts', 'logs', 'metrics'],
        });
        context.onEnd(() => reader.close());
        return { tee, reader, wire };
      }),
    ),
  );
  await mustHold(
    () => [developer, ...live.map(({ reader }) => reader)].every(({ phase }) => phase === 'live'),
    15_000,
    'all readers are live',
  );
  const epochBefore = () => developer.store.getState().epoch ?? '';
  await send();
  await mustHold(
    () => developer.seq > 0 && live.every(({ reader }) => reader.seq >= developer.seq),
    30_000,
    'the readers have it all',
  );
  await pause(300);
  const cursor = `${epochBefore()}.${developer.seq}`;
  const run = String(events.find((event) => typeof event['run'] === 'string')?.['run']);
  for (const wire of rawWires) {
    for (const role of shapeRoles) {
      for (const [manner, hello] of Object.entries({
        snapshot: { subs: [{ sub: 'overview' as const }, { sub: 'runs' as const }] },
        replay: { cursor: `${epochBefore()}.0`, subs: [{ sub: 'overview' as const }, { sub: 'runs' as const }] },
        // a cursor that a developer got: it must carry no authority
        foreign: {
          cursor,
          subs: [{ sub: `run:${run}` as const }, { sub: 'logs' as const }, { sub: 'approvals' as const }],
        },
      })) {
        const tee = await startTeeProxy(context, relay.port);
        const reader = openRawReader(context, wire, tee.url, {
          token: tokens[role],
          ...(wire === 'websocket' && role === 'operator' && { deflate: true }),
          ...hello,
        });
        await mustHold(
          () =>
            reader.frames.some(({ t }) => t === 'snap' || t === 'batch' || t === 'hb') || reader.ended !== undefined,
          15_000,
          `${wire} ${manner}`,
        );
        await pause(100);
        reader.close();
        keepCaptured(`${wire} ${manner}`, tee);
      }
    }
  }
  for (const { tee, reader, wire } of live) {
    reader.close();
    keepCaptured(`${wire} live`, tee);
  }

  const sample = [...events.slice(0, context.pick({ small: 4, default: 12, full: 12 })), ...events.slice(-2)];
  for (const { method, path } of Object.values(relayRoutes) as { method: string; path: string }[]) {
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
    if (names.some((name) => !(name in partsOf({})))) {
      exits.untestedRoutes.push(path);
      continue;
    }
    for (const event of names.length === 0 ? [sample[0] as RawEvent] : sample) {
      const parts = partsOf(event);
      const filled = path
        .replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(parts[name] ?? ''))
        .replace('*', 'nothing');
      for (const query of method === 'GET' ? queriesOf(path) : ['']) {
        for (const role of [...shapeRoles, 'ingest'] as const) {
          const tee = await fetchRaw(relay, method, filled + query, tokens[role], events);
          exits.requests += 1;
          keep(`${method} ${path}`, tee);
        }
      }
    }
  }
  return exits;
}

/** Questions to a route, with content among what is asked for. */
function queriesOf(path: string): readonly string[] {
  const common = ['', '?limit=50&text=search_docs', `?from=0&to=${AT_MS * 2}&agent=Support%20Agent&limit=1000`];
  if (path === relayRoutes.export.path)
    return [...common, ...['spanlight', 'otlp', 'spans', 'costs'].map((format) => `?format=${format}`)];
  if (path === relayRoutes.metrics.path)
    return ['', 'agent', 'tool', 'model', 'user'].map((by) => `?bucketMs=86400000${by && `&by=${by}`}`);
  return common;
}

/** Status line, headers and body as bytes. */
async function fetchRaw(
  relay: RelayProcess,
  method: string,
  path: string,
  token: string,
  events: readonly RawEvent[],
): Promise<Buffer> {
  const abort = AbortSignal.timeout(3000);
  try {
    const response = await fetch(relay.url + path, {
      method,
      signal: abort,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      ...(method !== 'GET' && { body: JSON.stringify({ id: 'x', events: [], data: [], sample: events.slice(0, 1) }) }),
    });
    const body = Buffer.from(await response.arrayBuffer().catch(() => new ArrayBuffer(0)));
    return Buffer.concat([Buffer.from(JSON.stringify([response.status, ...response.headers])), body]);
  } catch {
    return Buffer.alloc(0);
  }
}

/** What a viewer's browser holds and shows. */
export async function lookInBrowser(context: TortureContext, relay: RelayProcess, site: HostSite): Promise<Buffer> {
  const browser = await launchChromium(context);
  const page = await browser.newPage();
  await openDashboard(page, site, { relayUrl: relay.url, token: tokens.viewer });
  await mustHold(
    () => page.evaluate(() => window.monitorStore.getState().runIds.length > 0),
    20_000,
    'the page holds runs',
  );
  const text = await page.evaluate(async () => {
    const state = window.monitorStore.getState();
    const { entities } = state;
    const held = entities.runIds.map((runId) => [
      entities.getRun(runId),
      [...entities.spansOf(runId)],
      entities.approvalsOf(runId),
    ]);
    const stores = [
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      document.cookie,
      await indexedDB.databases(),
      await caches.keys().catch(() => []),
    ];
    return JSON.stringify([
      document.documentElement.outerHTML,
      held,
      state.logLines,
      [...entities.producers],
      [...entities.alerts],
      stores,
    ]);
  });
  await browser.close();
  return Buffer.from(text);
}
