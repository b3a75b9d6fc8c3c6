import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Stands for the host's own session: it alone holds the token and hands it to its signed-in users. */
function monitorToken(): Plugin {
  return {
    name: 'monitor-token',
    configurePreviewServer(server) {
      server.middlewares.use('/api/monitor-token', (_request, response) => {
        response.end(process.env['SPANLIGHT_VIEWER_TOKEN'] ?? '');
      });
    },
    configureServer(server) {
      server.middlewares.use('/api/monitor-token', (_request, response) => {
        response.end(process.env['SPANLIGHT_VIEWER_TOKEN'] ?? '');
      });
    },
  };
}

export default defineConfig({ plugins: [react(), monitorToken()] });
