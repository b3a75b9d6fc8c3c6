import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npm run dev` beside `npm start`: the pages from here, sessions and tokens from the app's own server. */
export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', strictPort: true, proxy: { '/api': 'http://127.0.0.1:8070' } },
});
