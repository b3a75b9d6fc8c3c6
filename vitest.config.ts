import { fileURLToPath } from 'node:url';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { alias } from './scripts/alias.ts';
import { executablePath, launchArgs } from './scripts/browser.ts';

const provider = playwright({ launchOptions: { ...(executablePath ? { executablePath } : {}), args: launchArgs } });
/** A function on purpose: Vitest writes into the object, so two projects must not share one. */
const chromium = () => ({
  enabled: true,
  headless: true,
  provider,
  api: { host: '127.0.0.1' },
  viewport: { width: 1024, height: 768 },
  instances: [{ browser: 'chromium' as const }],
});
/** A dependency that Vite first meets in the middle of a run makes it bundle again, and two copies of React meet. */
const optimizeDeps = {
  include: [
    'react',
    'react/jsx-dev-runtime',
    'react/jsx-runtime',
    'react-dom',
    'react-dom/client',
    '@xyflow/react',
    '@tanstack/react-virtual',
    '@dagrejs/dagre',
    '@pydantic/genai-prices',
    'd3-scale',
    'zustand',
    'zustand/vanilla',
    'zod/mini',
  ],
};
const resolve = { alias };
const never = ['**/node_modules/**', '**/dist/**', 'test/e2e/**', 'test/torture/**'];

export default defineConfig({
  test: {
    reporters: ['default', fileURLToPath(new URL('scripts/closing-line.ts', import.meta.url))],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary'] },
    projects: [
      {
        resolve,
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [...never, '**/*.services.test.ts'],
        },
      },
      {
        resolve,
        test: {
          name: 'services',
          environment: 'node',
          include: ['test/**/*.services.test.ts'],
          exclude: never,
          globalSetup: ['test/servicesSetup.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        test: {
          name: 'torture',
          environment: 'node',
          include: ['test/torture/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        plugins: [react()],
        resolve,
        test: {
          name: 'dom',
          environment: 'jsdom',
          include: ['test/**/*.dom.test.tsx'],
          exclude: never,
          setupFiles: ['test/domSetup.ts'],
        },
      },
      {
        plugins: [react()],
        resolve,
        optimizeDeps: { include: [...optimizeDeps.include, 'vitest-browser-react', 'fast-check'] },
        test: { name: 'browser', include: ['test/**/*.browser.test.tsx'], exclude: never, browser: chromium() },
      },
      {
        plugins: [storybookTest({ configDir: fileURLToPath(new URL('.storybook', import.meta.url)) })],
        resolve,
        optimizeDeps,
        test: { name: 'storybook', browser: chromium() },
      },
    ],
  },
});
