import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Role } from '../model/capabilities.ts';
import type { Durability, IngestAnswer } from '../model/wire.ts';
import { createPricing, type Pricing } from '../prices/createPricing.ts';
import { loadPriceTable } from '../prices/loadPriceTable.ts';
import { createAuthority } from './auth/authority.ts';
import { createJwtVerifier } from './auth/createJwtVerifier.ts';
import { createRequestGuard, type RequestGuard } from './auth/requestGuard.ts';
import { DEFAULT_PROJECT, resolveRoleTokens } from './auth/roleTokens.ts';
import { createTokenRegistry } from './auth/tokenRegistry.ts';
import { watchTokensFile } from './auth/watchTokensFile.ts';
import type { FanOut } from './fan-out/FanOut.ts';
import { openFanOut } from './fan-out/openFanOut.ts';
import { createRelayHealth } from './health/relayHealth.ts';
import { watchLog } from './health/watchLog.ts';
import { createHttpApp } from './http/createHttpApp.ts';
import { findDashboardDir } from './http/dashboardFiles.ts';
import { type RelayRoute, relayRoutes } from './http/routes.ts';
import { createIngest } from './ingest/createIngest.ts';
import { createIngestPressure } from './ingest/ingestPressure.ts';
import { createKeyedEventIds } from './ingest/keyedEventIds.ts';
import { createPricer } from './ingest/pricer.ts';
import { host as ingestHost } from './ingest/Sender.ts';
import { hostInUrl, listen, portOf } from './listen.ts';
import { createRelayMetrics } from './metrics/relayMetrics.ts';
import { createPluginHost } from './pluginHost.ts';
import { createProjections } from './projection/projections.ts';
import { createRedactor } from './projection/redaction/createRedactor.ts';
import { loadRedaction } from './projection/redaction/loadRedaction.ts';
import type { RelayPlugin } from './RelayPlugin.ts';
import type { RedisEvents } from './redis-events/createRedisEvents.ts';
import { openRedisEvents, refuseWithoutRedis } from './redis-events/openRedisEvents.ts';
import { codeOf, type RelayLogger, type RelayLogLine } from './relayLog.ts';
import { openRunLog } from './run-log/openRunLog.ts';
import type { RunLog } from './run-log/RunLog.ts';
import { loadHostPrices } from './settings/loadHostPrices.ts';
import { type RelaySettings, withDefaults } from './settings/parseSettings.ts';
import { createProjectStreams } from './wire/projectStreams.ts';
import { createReturnLine } from './wire/returnLine.ts';
import { createStreamHub } from './wire/streamHub.ts';
import { createStreamServer } from './wire/streamServer.ts';
import { defaultTimings, type WireTimings } from './wire/timings.ts';
import { loadWorkflows } from './workflow/loadWorkflows.ts';

/** Settings by name (see {@link parseSettings} for the environment), and what only code can give. */
export interface RelayOptions extends Partial<RelaySettings> {
  readonly plugins?: readonly RelayPlugin[] | undefined;
  /** Hears the relay's own log. Default: nobody. */
  readonly log?: ((line: RelayLogLine) => void) | undefined;
  /** Default: by `store`, `dataDir` and `databaseUrl`; without them in this process's memory. The relay closes it. */
  readonly runLog?: RunLog | undefined;
  readonly fanOut?: FanOut | undefined;
  readonly timings?: Partial<WireTimings> | undefined;
  /** Folder with the dashboard's `index.html`; `false`: none. Default: the one that ships with the package. */
  readonly dashboardDir?: string | false | undefined;
  /** `false`: spans get no cost. Default: the maintained table, under `pricesPath`. */
  readonly pricing?: Pricing | false | undefined;
  /** Epoch ms. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A relay that runs. */
export interface Relay {
  /** Where it answers, e.g. `http://127.0.0.1:8090`. */
  readonly url: string;
  readonly port: number;
  /** The tokens of the roles in clear, given or generated: for who started the relay. */
  readonly tokens: Readonly<Partial<Record<Role, string>>>;
  readonly generatedRoles: readonly Role[];
  readonly routes: readonly RelayRoute[];
  /** What an acknowledgement is worth, and where the log is (no secret in it). */
  readonly durability: Durability;
  readonly logPlace: string;
  /** Takes events from inside this process. Default project: `default`. */
  ingest(events: readonly unknown[], project?: string): Promise<IngestAnswer>;
  /** Ends every token of this name; its streams close at once. @returns how many tokens */
  revoke(project: string, name: string): number;
  /** Says goodbye to every reader, ends what is under way, closes the log. */
  close(): Promise<void>;
}

/** Longest wait for requests that are under way, ms. */
const DRAIN_MS = 5000;

/**
 * Starts a relay: agents post events to it, readers stream them.
 * @throws {MonitorError} `settings.*`, `workflow.*`, `relay.port-in-use`, `relay.cannot-listen`, `log.*`
 */
export async function createRelay(options: RelayOptions = {}): Promise<Relay> {
  const settings = withDefaults(options);
  const timings = { ...defaultTimings, ...options.timings };
  const now = options.now ?? Date.now;
  const report: RelayLogger = (level, event, fields) => options.log?.({ at: now(), level, event, ...fields });
  const plugins = options.plugins ?? [];
  let redisEvents: RedisEvents | undefined;
  const metrics = createRelayMetrics();
  const host = createPluginHost(plugins, report);
  refuseWithoutRedis(settings);

  const roleTokens = resolveRoleTokens(settings);
  const workflows = await loadWorkflows(settings.workflowPath);
  const pricing = await loadPricing(options, settings);

  const tokens = createTokenRegistry(now);
  tokens.setSource('settings', roleTokens.entries);
  const stopWatching = await watchTokensFile(settings.tokensFile, tokens, report);

  const jwt =
    settings.jwt && (await createJwtVerifier(settings.jwt, { now, report, onChange: () => hub.recheckAll() }));
  const redactor =
    settings.redactionPath === undefined ? createRedactor([]) : await loadRedaction(settings.redactionPath);

  const fanOut = options.fanOut ?? (await openFanOut(settings, { now, report }));
  const log = options.runLog ?? (await openLog(settings, { now, report, fanOut }));
  const health = createRelayHealth(now);
  if (fanOut.isShared) {
    health.set('fan-out', fanOut.state);
    fanOut.onState((state) => {
      health.set('fan-out', state);
      if (state.isUp) streams.poll(); // what was said meanwhile was not heard
    });
  }
  const stopLogWatch = watchLog({ log, health, project: DEFAULT_PROJECT, pollMs: timings.pollMs });
  const authority = createAuthority({
    tokens,
    jwt,
    plugins,
    readsPerMinute: settings.readsPerMinute,
    ingestPerMinute: settings.ingestPerMinute,
    log: report,
  });
  const pressure = createIngestPressure({
    maxEvents: settings.ingestQueueEvents,
    maxBytes: settings.ingestQueueBytes,
    onChange: (isShedding) => report(isShedding ? 'warn' : 'info', isShedding ? 'ingest.shedding' : 'ingest.at-ease'),
  });
  const ingest = createIngest({
    pressure,
    log,
    fanOut,
    pricer: createPricer(() => pricing),
    plugins: host,
    holeMs: timings.holeMs,
    areReportsTaken: settings.reportedDecisions === 'on',
    onDecided: (project, events) => redisEvents?.tellDecisions(project, events),
    metrics,
    now,
    report,
  });

  const labelKey = settings.labelKey ?? randomBytes(32).toString('hex');
  const projections = createProjections({ log, labelKey, strictNames: settings.strictNames, redactor, now });
  const eventIds = createKeyedEventIds(labelKey);
  redisEvents = await openRedisEvents(settings, { ingest, eventIds, log, now, report });
  if (redisEvents) {
    health.set('redis-events', redisEvents.state);
    redisEvents.onState((state) => health.set('redis-events', state));
  }
  const streams = createProjectStreams({
    log,
    fanOut,
    projections,
    ringEvents: settings.ringEvents,
    ringBytes: settings.ringBytes,
    overviewEventsPerSec: settings.overviewEventsPerSec,
    timings,
    now,
    report,
    onDelivered: (lagMs, readers) => metrics.delivered(lagMs, readers),
  });

  let guard: RequestGuard | undefined;
  const readGuard = (): RequestGuard => (guard ??= createRequestGuard({ ...settings, port: portOf(server) }));
  const hub = createStreamHub({
    authority,
    streamOf: (project) => streams.of(project),
    timings,
    ringEvents: settings.ringEvents,
    maxConnections: settings.maxConnections,
    maxConnectionsPerToken: settings.maxConnectionsPerToken,
    maxConnectionsPerAddress: settings.maxConnectionsPerAddress,
    now,
    log: report,
    degraded: () => health.degraded,
    onOpen({ id, principal: { who, project, roles } }) {
      report('info', 'stream.opened', { conn: id, who, project });
      host.tell('onReaderOpen', { conn: id, who, project, roles });
    },
    onClose({ id, closeCode, principal: { who, project, roles } }) {
      metrics.closed(closeCode);
      report('info', 'stream.closed', { conn: id, who, project, code: closeCode });
      host.tell('onReaderClose', { conn: id, who, project, roles });
    },
  });
  const streamServer = createStreamServer({
    hub,
    authority,
    guard: readGuard,
    timings,
    maxConnectionsPerAddress: settings.maxConnectionsPerAddress,
    log: report,
  });
  tokens.onChange(() => hub.recheckAll());
  health.onDegraded(() => hub.tellDegraded());
  metrics.watch({ hub, streams, fanOut, redisEvents, health });

  const lineOf = (serveMs: number) =>
    createReturnLine({
      readers: hub.connectionCount,
      hasOthers: fanOut.isShared,
      serveMs,
      timings,
      now: () => performance.now(),
    });

  let isClosing = false;
  const dashboardDir = options.dashboardDir === false ? undefined : (options.dashboardDir ?? findDashboardDir());
  const app = createHttpApp({
    authority,
    guard: readGuard,
    ingest,
    fanOut,
    eventIds,
    log,
    projections,
    redactor,
    workflowOf: (project) => workflows.get(project),
    dashboardDir,
    plugins,
    isClosing: () => isClosing,
    health,
    metrics,
    metricsToken: settings.metricsToken,
    hub,
    pressure,
    now,
    report,
  });
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    { maxHeaderSize: 16 * 1024, requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 10_000 },
    (request, response) => void answer(request, response),
  );
  server.on('upgrade', (request, socket, head) => streamServer.onUpgrade(request, socket, head));
  const timers = [
    setInterval(
      () => {
        ingest
          .recordHoles()
          .catch((cause: unknown) => report('error', 'ingest.holes-failed', { cause: codeOf(cause) }));
      },
      Math.min(1000, timings.holeMs),
    ),
    setInterval(() => streams.poll(), timings.pollMs),
  ];
  const stopTimers = () => {
    for (const timer of timers) clearInterval(timer);
    stopWatching();
    jwt?.stop();
    stopLogWatch();
  };

  try {
    await listen(server, settings);
  } catch (cause) {
    stopTimers();
    metrics.close();
    await hub.sayGoodbye(lineOf(0), 0);
    await streamServer.close();
    await redisEvents?.close();
    await fanOut.close();
    await log.close();
    throw cause;
  }
  const port = portOf(server);
  const url = `http://${hostInUrl(settings.host)}:${port}`;
  report('info', 'relay.started', { host: settings.host, port, durable: log.durability, log: log.place });
  await host.tellAndWait('onStart', { url, port });

  let closing: Promise<void> | undefined;
  const close = async () => {
    isClosing = true;
    report('info', 'relay.closing', { readers: hub.connectionCount });
    // Where others serve the same log, readers are served until they go there. A relay alone must be gone soon.
    const serveMs = fanOut.isShared ? settings.stopSeconds * 1000 : 0;
    const line = lineOf(serveMs);
    await hub.dismissPolls(line);
    const stopped = new Promise<void>((resolve) => server.close(() => resolve())); // who comes now finds another relay
    await hub.sayGoodbye(line, serveMs);
    stopTimers();
    await streamServer.close();
    server.closeIdleConnections();
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await stopped;
    clearTimeout(cut);
    await redisEvents?.close();
    streams.close();
    ingest.close();
    await host.tellAndWait('onClose', undefined);
    await fanOut.close();
    await log.close();
    metrics.close();
    report('info', 'relay.closed');
  };

  return {
    url,
    port,
    tokens: roleTokens.clear,
    generatedRoles: roleTokens.generated,
    routes: Object.values(relayRoutes),
    durability: log.durability,
    logPlace: log.place,
    ingest: (events, project = DEFAULT_PROJECT) => ingest.takeValues(project, events, ingestHost),
    revoke: (project, name) => tokens.revoke(project, name),
    close: () => (closing ??= close()),
  };
}

async function openLog(
  settings: RelaySettings,
  { fanOut, ...shared }: { readonly now: () => number; readonly report: RelayLogger; readonly fanOut: FanOut },
): Promise<RunLog> {
  try {
    return await openRunLog(settings, shared);
  } catch (cause) {
    await fanOut.close(); // it would keep the process alive
    throw cause;
  }
}

async function loadPricing(options: RelayOptions, settings: RelaySettings): Promise<Pricing | undefined> {
  if (options.pricing !== undefined) return options.pricing || undefined;
  const overrides = settings.pricesPath === undefined ? undefined : await loadHostPrices(settings.pricesPath);
  return createPricing({ overrides, fallback: await loadPriceTable() });
}
