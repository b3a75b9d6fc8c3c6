import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { alias } from './scripts/alias.ts';
import { cssTarget } from './scripts/cssTarget.ts';

/** The dashboard that the relay serves at `/`. Built after the library: `vite build` empties `dist`. */
export default defineConfig({
  root: 'demo',
  base: './',
  plugins: [react()],
  resolve: { alias },
  build: { outDir: '../dist/demo', emptyOutDir: true, cssTarget: [...cssTarget], chunkSizeWarningLimit: 1000 },
});
