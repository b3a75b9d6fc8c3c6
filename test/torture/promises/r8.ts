import { relayRoutes } from '../../../src/relay/http/routes.ts';
import { createCanaries, findWords, poisonedRun, secretNames } from '../rig/canaries.ts';
import { sizeText } from '../rig/findings.ts';
import { launchChromium, openDashboard, startHostSite } from '../rig/hostPage.ts';
import { postEvents } from '../rig/producer.ts';
import { openRawReader, rawWires } from '../rig/rawReader.ts';
import { type RelayProcess, startRelayProcess } from '../rig/relayProcess.ts';
import { openStoreReader } from '../rig/storeReader.ts';
import { startTeeProxy } from '../rig/teeProxy.ts';
import { type TokenRole, tokens } from '../rig/tokens.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { mustHold, pause } from '../rig/waitUntil.ts';
import { allWires } from '../rig/wires.ts';

/** Who may see shapes and no payload. */
const shapeRoles = ['viewer', 'operator', 'approver'] as const satisfies readonly TokenRole[];
const AT_MS = 1_790_000_000_000;

type Event = Record<string, unknown>;
interface Exits {
  /** Bytes by exit. */
  readonly bytes: Map<string, Buffer[]>;
  readonly untestedRoutes: string[];
  /** Requests that were made. */
  requests: number;
}

/** Ids for the parts of a path; a route with a part that nobody knows is a route that nobody tests. */
const partsOf = (event: Event): Readonly<Record<string, string>> => ({
  runId: String(event['run']),
  spanId: String(event['span']),
  callId: String(event['ref'] ?? 'call_0123456789abcdef'),
  eventId: String(event['id']),
  id: String(event['ref'] ?? event['id']),
});

/** Every wire in every manner: live, snapshot, resume, one run; then every route; then what is printed. */
async function walkExits(
  context: TortureContext,
  relay: RelayProcess,
  events: readonly Event[],
  send: () => Promise<void>,
): Promise<Exits> {
  const exits: Exits = { bytes: new Map(), untestedRoutes: [], requests: 0 };
  const keep = (exit: string, ...bytes: readonly Buffer[]) =>
    exits.bytes.set(exit, [...(exits.bytes.get(exit) ?? []), ...bytes]);
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
        const reader = openRawReader(context, wire, tee.url, { token: tokens[role], ...hello });
        await mustHold(
          () =>
            reader.frames.some(({ t }) => t === 'snap' || t === 'batch' || t === 'hb') || reader.ended !== undefined,
          15_000,
          `${wire} ${manner}`,
        );
        await pause(100);
        reader.close();
        keep(`${wire} ${manner}`, ...tee.received());
      }
    }
  }
  for (const { tee, reader, wire } of live) {
    reader.close();
    keep(`${wire} live`, ...tee.received());
  }

  const sample = [...events.slice(0, 12), ...events.slice(-2)];
  for (const { method, path } of Object.values(relayRoutes) as { method: string; path: string }[]) {
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
    if (names.some((name) => !(name in partsOf({})))) {
      exits.untestedRoutes.push(path);
      continue;
    }
    for (const event of names.length === 0 ? [sample[0] as Event] : sample) {
      const parts = partsOf(event);
      const filled = path
        .replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(parts[name] ?? ''))
        .replace('*', 'nothing');
      for (const query of method === 'GET'
        ? ['', '?limit=50&text=search_docs', `?from=0&to=${AT_MS * 2}&agent=Support%20Agent&limit=1000`]
        : ['']) {
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

/** Status line, headers and body as bytes. */
async function fetchRaw(
  relay: RelayProcess,
  method: string,
  path: string,
  token: string,
  events: readonly Event[],
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
async function lookInBrowser(
  context: TortureContext,
  relay: RelayProcess,
  url: Awaited<ReturnType<typeof startHostSite>>,
): Promise<Buffer> {
  const browser = await launchChromium(context);
  const page = await browser.newPage();
  await openDashboard(page, url, { relayUrl: relay.url, token: tokens.viewer });
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

export const r8: TorturePromise = {
  id: 'R8',
  bar: 'A viewer never receives a payload byte: unique words in every payload path, id, key and unknown field, searched in every exit in plain, base64, hex, URL, JSON-escaped and gzip form; 200 secrets used as names.',
  async run(context) {
    const { findings } = context;
    const site = await startHostSite(context);
    const relay = await startRelayProcess(context, {
      env: { SPANLIGHT_ALLOWED_ORIGINS: site.origin },
    });
    const canaries = createCanaries();
    const runs = context.pick({ small: 2, default: 60, full: 400 });
    const events = Array.from({ length: runs }, (_unused, index) => poisonedRun(index, canaries)).flat();
    const named = secretNames.map((secret, index) => ({
      id: `0190f3a1-0000-7000-9000-${index.toString(16).padStart(12, '0')}`,
      type: 'span.start',
      sv: 1,
      ts: AT_MS,
      run: `trace_${'c'.repeat(32)}`,
      span: `span_${index.toString(16).padStart(24, '0')}`,
      a: {
        kind: index % 2 === 0 ? 'tool' : 'agent',
        name: secret,
        agentName: secret,
        model: secret,
        startedAtMs: AT_MS,
      },
    }));
    let refused = 0;
    const all: Event[] = [...events, ...named];
    const exits = await walkExits(context, relay, all, async () => {
      for (let from = 0; from < all.length; from += 100) {
        const answer = await postEvents(relay.url, JSON.stringify({ events: all.slice(from, from + 100) }));
        refused += answer.body?.events.filter(({ st }) => st === 'bad').length ?? 100;
      }
    });
    exits.bytes.set('browser of a viewer', [await lookInBrowser(context, relay, site)]);
    // what agents are told of their own events holds the ids that they chose
    exits.bytes.set('relay log', [Buffer.from(relay.output())]);

    let scanned = 0;
    const leaks = new Map<string, string[]>();
    const shown = new Map<string, string[]>();
    const tokenLeaks: string[] = [];
    for (const [exit, bytes] of exits.bytes) {
      scanned += bytes.reduce((sum, part) => sum + part.length, 0);
      const found = findWords(bytes, canaries.words);
      if (found.length > 0) leaks.set(exit, found);
      const secrets = findWords(bytes, secretNames);
      if (secrets.length > 0) shown.set(exit, secrets);
      tokenLeaks.push(...findWords(bytes, Object.values(tokens)));
    }
    const text = (found: Map<string, string[]>) =>
      [...found].map(([exit, words]) => `${exit}: ${words.slice(0, 2).join(' ')} (${words.length})`).join('; ');
    const size = `${sizeText(canaries.words.length, 'words')} x ${exits.bytes.size} exits x ${sizeText(scanned, 'bytes')}`;
    findings.none('words of payload, ids and keys found', leaks.size, leaks.size > 0 ? text(leaks) : size);
    findings.none(
      'secrets used as names that were shown',
      [...shown.values()].flat().length,
      shown.size > 0 ? text(shown) : `${secretNames.length} secrets x ${exits.bytes.size} exits`,
    );
    findings.none('tokens found', tokenLeaks.length, size);
    findings.none(
      'routes that nobody tests',
      exits.untestedRoutes.length,
      exits.untestedRoutes.join(' ') || sizeText(exits.requests, 'requests'),
    );
    findings.none('poisoned events refused', refused, sizeText(all.length, 'events'));
    const control = openRawReader(context, 'websocket', (await startTeeProxy(context, relay.port)).url, {
      token: tokens.developer,
      subs: [{ sub: 'overview' }],
    });
    await mustHold(
      () => control.frames.some((frame) => frame.t === 'snap' && frame.part === frame.parts),
      20_000,
      'the developer has a snapshot',
    );
    const held = findWords([Buffer.from(JSON.stringify(control.frames))], canaries.words);
    findings.least('words that the same search finds for a developer', held.length, 10, 'the search can find');
    control.close();
  },
};
