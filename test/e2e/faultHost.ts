import react from '@vitejs/plugin-react';
import type { Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { alias } from '../../scripts/alias.ts';

/** Serves the page of `test/e2e/host`, whose store the tests can read. */
export async function startFaultHost(): Promise<{ server: ViteDevServer; url: string }> {
  const server = await createServer({
    root: 'test/e2e/host',
    configFile: false,
    logLevel: 'error',
    cacheDir: '.tmp/fault-host',
    plugins: [react()],
    resolve: { alias },
    server: { host: '127.0.0.1', port: 0, strictPort: false, hmr: false, ws: false },
    optimizeDeps: {
      include: [
        'react',
        'react-dom',
        'react-dom/client',
        'react/jsx-dev-runtime',
        '@xyflow/react',
        '@tanstack/react-virtual',
        'd3-scale',
        'zustand/vanilla',
      ],
    },
  });
  await server.listen();
  const address = server.httpServer?.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { server, url: `http://127.0.0.1:${port}` };
}

export interface HeldState {
  readonly phase: string;
  readonly epoch: string | undefined;
  readonly runs: readonly { runId: string; spanCount: number; status: string; isBeforeRestart: boolean }[];
  readonly spans: readonly string[];
  readonly gaps: readonly { why: string; missingEvents?: number | undefined }[];
}

/** What the store of the page holds now. */
export const readHeldState = (page: Page): Promise<HeldState> =>
  page.evaluate(() => {
    const store = window.monitorStore;
    store.flush();
    const { entities, connection, gaps, epoch } = store.getState();
    const runs = entities.runIds.flatMap((runId) => entities.getRun(runId) ?? []);
    return {
      phase: connection.phase,
      epoch,
      runs: runs.map(({ runId, spanCount, status, isBeforeRestart }) => ({
        runId,
        spanCount,
        status,
        isBeforeRestart,
      })),
      spans: runs
        .flatMap((run) => [...entities.spansOf(run.runId)])
        .map((span) => `${span.runId} ${span.spanId} ${span.status}`)
        .sort(),
      gaps: gaps.map(({ why, missingEvents }) => ({ why, missingEvents })),
    };
  });
