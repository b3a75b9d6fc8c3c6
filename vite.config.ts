import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { stylesheets } from './scripts/stylesheets.ts';

/** Every bare import ("react", "node:http", "@scope/x/sub") stays external; only relative and absolute ids are bundled. */
const isBare = (id: string) =>
  !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('\0') && !/^[A-Za-z]:[\\/]/.test(id);

const entries = ['store', 'transport', 'adapters', 'simulator', 'prices', 'relay', 'agent', 'cli'];

export default defineConfig({
  plugins: [react(), stylesheets()],
  build: {
    target: 'es2022',
    sourcemap: true,
    minify: false,
    lib: {
      formats: ['es'],
      entry: {
        index: 'src/index.ts',
        ...Object.fromEntries(entries.map((name) => [`${name}/index`, `src/${name}/index.ts`])),
        'relay/run-log/sql/sqliteThread': 'src/relay/run-log/sql/sqliteThread.ts', // a thread of its own
      },
    },
    rolldownOptions: {
      external: isBare,
      output: { preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js' },
    },
  },
});
