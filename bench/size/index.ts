import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { BenchRow } from '../types.ts';

interface Budget {
  readonly name: string;
  readonly goal: string;
  readonly code: string;
  readonly external: readonly string[];
  readonly limitKb: number;
}

const react = ['react', 'react-dom', 'react/jsx-runtime'];
const budgets: readonly Budget[] = [
  {
    name: 'store entry with the WebSocket transport and zustand, kB gzip against the budget',
    goal: 'G16',
    code: "export { createMonitorStore } from './dist/store/index.js'; export { createWebSocketTransport } from './dist/transport/index.js';",
    external: react,
    limitKb: 8,
  },
  {
    name: 'span tree, kB gzip against the budget',
    goal: 'G16',
    code: "export { SpanTreePrefab } from './dist/index.js';",
    external: [...react, '@xyflow/react', 'zustand', 'zustand/vanilla'],
    limitKb: 20,
  },
  {
    name: 'workflow graph without xyflow, kB gzip against the budget',
    goal: 'G16',
    code: "export { WorkflowGraphPrefab } from './dist/index.js';",
    external: [...react, '@xyflow/react', '@dagrejs/dagre', 'zustand', 'zustand/vanilla'],
    limitKb: 10,
  },
];

/** Bundled, minified and gzipped as a host's bundler would; sizes do not vary, so one round is enough. */
export async function run(): Promise<readonly BenchRow[]> {
  return Promise.all(
    budgets.map(async ({ name, goal, code, external, limitKb }) => {
      const { outputFiles } = await build({
        stdin: { contents: code, resolveDir: process.cwd() },
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        platform: 'browser',
        target: 'es2022',
        define: { 'process.env.NODE_ENV': '"production"' },
        external: [...external],
      });
      const sizeKb = gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length / 1000;
      const ratio = Number((sizeKb / limitKb).toFixed(3));
      return {
        name,
        goal,
        ratio,
        limit: 1,
        better: 'lower' as const,
        ok: ratio <= 1,
        detail: `${sizeKb.toFixed(2)} kB of ${limitKb} kB`,
      };
    }),
  );
}
