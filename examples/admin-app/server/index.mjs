import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { createApp } from './createApp.mjs';
import { createTokenSigner } from './createTokenSigner.mjs';

const { ADMIN_PORT = '8070', ADMIN_TOKEN_SECONDS = '300', SPANLIGHT_URL = 'http://127.0.0.1:8090' } = process.env;

const signToken = createTokenSigner({
  privateKeyPem: readFileSync('keys/private.pem', 'utf8'),
  lifeSeconds: Number(ADMIN_TOKEN_SECONDS),
});
serve(
  { fetch: createApp({ relayUrl: SPANLIGHT_URL, signToken }).fetch, hostname: '127.0.0.1', port: Number(ADMIN_PORT) },
  () => console.log(`Northwind Admin: http://127.0.0.1:${ADMIN_PORT}`),
);
