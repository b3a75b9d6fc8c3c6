import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { isLoopback } from '../auth/roleTokens.ts';
import { sha256Hex } from '../auth/tokenRegistry.ts';
import type { RelayHealth } from '../health/relayHealth.ts';
import type { RelayMetrics } from '../metrics/relayMetrics.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import type { HttpEnv } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';

export interface OperationsRoutesOptions {
  readonly health: RelayHealth;
  readonly metrics: RelayMetrics;
  readonly metricsToken: string | undefined;
  readonly log: RunLog;
  readonly isClosing: () => boolean;
}

const forwardedHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** For who runs the relay: probes and figures. Nothing of projects, people or content, and no address of what stands behind. */
export function createOperationsRoutes(options: OperationsRoutesOptions) {
  const { health, metrics, metricsToken, log, isClosing } = options;

  const statusNow = () => {
    if (isClosing()) return 'closing';
    if (!health.isReady) return 'unready';
    return health.degraded ? 'degraded' : 'ok';
  };
  const report = () => {
    const status = statusNow();
    const isReady = status === 'ok' || status === 'degraded';
    const dependencies = health.dependencies.map(({ name, isUp, code, sinceMs }) => ({
      name,
      state: isUp ? 'up' : 'down',
      ...(code !== undefined && { code }),
      sinceMs,
    }));
    const body = { status, live: true, ready: isReady, durable: log.durability, log: log.kind, dependencies };
    return Response.json(body, { status: isReady ? 200 : 503 });
  };

  /** Without a token of its own: a direct request of this machine. What a proxy on it passes on came from elsewhere. */
  const isAllowed = (context: Context<HttpEnv>): boolean => {
    const given = /^Bearer +([\x21-\x7e]+) *$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (metricsToken !== undefined) {
      return (
        given !== undefined && timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(metricsToken)))
      );
    }
    const isForwarded =
      context.env.incoming.httpVersion === '1.0' || // nginx as it comes passes on by that, and names nobody
      forwardedHeaders.some((name) => context.req.header(name));
    const host = (context.req.header('host') ?? '').replace(/:\d+$/, '');
    const address = (context.env.incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    return !isForwarded && isLoopback(address) && isLoopback(host);
  };

  return {
    health: report,
    healthLive: () => Response.json({ status: 'ok', live: true }),
    healthReady: report,
    figures: (context: Context<HttpEnv>) => {
      if (!isAllowed(context)) throw new HttpFault(403, 'metrics.not-allowed');
      return new Response(metrics.text(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
      });
    },
  };
}
