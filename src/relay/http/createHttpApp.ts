import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { asRunId } from '../../model/ids.ts';
import { SCOPE_HEADER } from '../../model/wire.ts';
import type { Workflow } from '../../model/workflow.ts';
import type { Authority } from '../auth/authority.ts';
import type { Principal } from '../auth/Principal.ts';
import type { RequestGuard } from '../auth/requestGuard.ts';
import type { FanOut } from '../fan-out/FanOut.ts';
import type { RelayHealth } from '../health/relayHealth.ts';
import type { Ingest } from '../ingest/createIngest.ts';
import type { IngestPressure } from '../ingest/ingestPressure.ts';
import type { KeyedEventIds } from '../ingest/keyedEventIds.ts';
import type { RelayMetrics } from '../metrics/relayMetrics.ts';
import type { Lens } from '../projection/createLens.ts';
import type { Projections } from '../projection/projections.ts';
import type { Redactor } from '../projection/redaction/createRedactor.ts';
import type { RelayPlugin } from '../RelayPlugin.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import type { StreamHub } from '../wire/streamHub.ts';
import { createBodyIntake } from './bodyIntake.ts';
import { readDashboardFile } from './dashboardFiles.ts';
import { createExportRoutes } from './exportRoutes.ts';
import { type Guarded, type Handler, type HttpEnv, type Open, type OpenHandler, param } from './handlers.ts';
import { createHistoryRoutes } from './historyRoutes.ts';
import { errorResponse, HttpFault } from './httpErrors.ts';
import { createIngestRoutes } from './ingestRoutes.ts';
import { createLiveRoutes } from './liveRoutes.ts';
import { createOperationsRoutes } from './operationsRoutes.ts';
import { createOtlpRoutes } from './otlpRoutes.ts';
import { createPayloadRoutes } from './payloadRoutes.ts';
import { readAskedScope } from './readAskedScope.ts';
import { type RouteName, relayRoutes } from './routes.ts';
import { secure } from './secureHeaders.ts';
import { createStreamRoutes } from './streamRoutes.ts';

export interface HttpAppOptions {
  readonly authority: Authority;
  readonly guard: () => RequestGuard;
  readonly ingest: Ingest;
  readonly pressure: IngestPressure;
  readonly fanOut: FanOut;
  /** Of records that came without ids. */
  readonly eventIds: KeyedEventIds;
  readonly log: RunLog;
  readonly projections: Projections;
  readonly redactor: Redactor;
  readonly workflowOf: (project: string) => Workflow | undefined;
  readonly dashboardDir: string | undefined;
  readonly plugins: readonly RelayPlugin[];
  readonly isClosing: () => boolean;
  readonly health: RelayHealth;
  readonly metrics: RelayMetrics;
  readonly metricsToken: string | undefined;
  /** In [0, 1). */
  readonly hub: StreamHub;
  /** Epoch ms. */
  readonly now: () => number;
  readonly report: RelayLogger;
}

/** All of HTTP but the upgrade to a stream. */
export function createHttpApp(options: HttpAppOptions): Hono<HttpEnv> {
  const { authority, log, report } = options;
  const app = new Hono<HttpEnv>();
  const askPlugins = async (context: Context<HttpEnv>): Promise<Response | undefined> => {
    const url = new URL(context.req.url);
    const { headers } = context.req.raw;
    const remoteAddress = context.env.incoming.socket.remoteAddress ?? '';
    for (const plugin of options.plugins) {
      const answer = await plugin.onGet?.({ url, headers, remoteAddress });
      if (answer) return answer;
    }
    return undefined;
  };

  /** What the request came under, where that may be repeated in the answer. */
  const sourceOf = (context: Context<HttpEnv>) => {
    const origin = context.req.header('origin');
    const isCrossOrigin = origin !== undefined && options.guard().isCrossOriginAllowed(origin);
    return { host: context.req.header('host'), origin: isCrossOrigin ? origin : undefined };
  };
  const { stream, ...streams } = createStreamRoutes({
    ...options,
    headersOf: (context) => secure(new Response(null), sourceOf(context)).headers,
  });

  const ingestOptions = { ...options, intake: createBodyIntake(options.pressure) };
  const guarded: Readonly<Record<Guarded, Handler>> = {
    ...streams,
    ...createIngestRoutes(ingestOptions),
    ...createOtlpRoutes(ingestOptions),
    ...createLiveRoutes(options),
    ...createHistoryRoutes(options),
    ...createExportRoutes(options),
    ...createPayloadRoutes(options),
  };

  const open: Readonly<Record<Open, OpenHandler>> = {
    ...createOperationsRoutes(options),
    stream,
    dashboard: async (context) => {
      const ofPlugin = await askPlugins(context);
      if (ofPlugin) return ofPlugin;
      // its page asks once whether this is a demo: no is an answer, not an error in its console
      if (options.dashboardDir && context.req.path === '/demo/session') return new Response(null, { status: 204 });
      const file = options.dashboardDir ? await readDashboardFile(options.dashboardDir, context.req.path) : undefined;
      return file ?? notFound(context.req.path);
    },
  };

  const takers = {
    reads: (who: Principal) => authority.takeRead(who),
    ingest: (who: Principal) => authority.takeIngest(who),
    live: (who: Principal) => authority.takeLive(who),
  };
  const authorize = async (context: Context<HttpEnv>, name: RouteName): Promise<Principal> => {
    const { needs, limit } = relayRoutes[name];
    const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (token === undefined) throw new HttpFault(401, 'auth.required');
    const found = await authority.authenticate(token, context.env.incoming.socket.remoteAddress ?? '');
    if ('refused' in found) {
      throw found.refused === 'rate'
        ? new HttpFault(429, 'auth.too-many-failures', 60_000)
        : new HttpFault(401, 'auth.bad-token');
    }
    const { principal } = found;
    if (needs !== undefined && !principal.can.includes(needs)) throw new HttpFault(403, 'auth.forbidden');
    if (limit === 'none' || limit === 'streams') return principal; // those are counted elsewhere
    const waitMs = takers[limit](principal);
    if (waitMs > 0) throw new HttpFault(429, 'limit.rate', waitMs);
    return principal;
  };

  /** The scope is looked at here for every route that names a run, anew for each request. */
  const lensFor = async (
    context: Context<HttpEnv>,
    principal: Principal,
    name: RouteName,
  ): Promise<Lens | undefined> => {
    const { project } = principal;
    const projection = options.projections.of(project);
    if (principal.can.includes('read.shape')) await projection.open();
    const lens = projection.lensOf(principal, readAskedScope(context.req.header(SCOPE_HEADER)));
    const { scope } = relayRoutes[name];
    if (scope !== 'run' && scope !== 'event') return lens;
    const runId =
      scope === 'run' ? asRunId(param(context, 'runId')) : await log.runOfEvent(project, param(context, 'eventId'));
    if (!lens || !(await lens.maySee(runId))) throw new HttpFault(404, 'detail.not-found');
    return lens;
  };

  app.use(async (context, next) => {
    const startedMs = performance.now();
    const host = context.req.header('host');
    const origin = context.req.header('origin');
    const guard = options.guard();
    const refused = !guard.isHostAllowed(host)
      ? errorResponse({ status: 421, code: 'http.host-not-allowed' })
      : !guard.isOriginAllowed(origin, host)
        ? errorResponse({ status: 403, code: 'http.origin-not-allowed' })
        : context.req.path.includes('\0')
          ? errorResponse({ status: 404, code: 'http.not-found' }) // no id holds it, and no log takes it as one
          : undefined;
    if (refused) context.res = refused;
    else if (context.req.method === 'OPTIONS') context.res = new Response(null, { status: 204 });
    else await next();
    context.res = secure(context.res, refused ? { host: undefined, origin: undefined } : sourceOf(context));
    const { status } = context.res;
    const requestId = requestIdOf(context.req.header('x-request-id'));
    if (context.res !== undefined && !context.env.outgoing.headersSent) {
      context.res.headers.set('x-request-id', requestId);
      if (options.isClosing()) context.res.headers.set('connection', 'close'); // the next request goes to another relay
    }
    options.metrics.answered(routeNames.get(context.req.routePath) ?? 'none', status);
    if (context.req.path.startsWith('/v1/') || status >= 400) {
      report(status >= 500 ? 'error' : 'info', 'http.answered', {
        method: context.req.method,
        route: context.req.routePath, // the pattern: ids and queries stay out of the log
        status,
        request: requestId,
        ms: Math.round(performance.now() - startedMs),
      });
    }
  });

  for (const [name, { method, path }] of Object.entries(relayRoutes) as [
    RouteName,
    (typeof relayRoutes)[RouteName],
  ][]) {
    const handler = guarded[name as Guarded] as Handler | undefined;
    app.on(method, path, async (context) => {
      if (!handler) return open[name as keyof typeof open](context);
      const principal = await authorize(context, name);
      return handler(context, principal, await lensFor(context, principal, name));
    });
  }
  app.notFound((context) => notFound(context.req.path));
  app.onError((cause) => {
    if (cause instanceof HttpFault) return errorResponse(cause.answer);
    report('error', 'http.internal', { cause: codeOf(cause) });
    return errorResponse({ status: 500, code: 'http.internal' });
  });
  return app;
}

/** By pattern: a label of the figures, so nothing that a client sends. */
const routeNames: ReadonlyMap<string, string> = new Map(
  Object.entries(relayRoutes).map(([name, { path }]) => [path, name]),
);

/** What a proxy in front calls the request, where it can stand in a log line; else a new one. */
const requestIdOf = (given: string | undefined): string =>
  given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : randomBytes(9).toString('base64url');

function notFound(path: string): Response {
  const allowed = Object.values(relayRoutes).flatMap((route) => (route.path === path ? [route.method] : []));
  if (allowed.length === 0) return errorResponse({ status: 404, code: 'http.not-found' });
  const response = errorResponse({ status: 405, code: 'http.method-not-allowed' });
  response.headers.set('allow', allowed.join(', '));
  return response;
}
