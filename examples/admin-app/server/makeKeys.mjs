import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';

/** Makes the key pair: this server signs with the private one, the relay checks with the public one. Never overwrites. */
if (existsSync('keys/private.pem')) {
  console.log('keys/private.pem is there already; delete it first to make a new pair.');
} else {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  mkdirSync('keys', { recursive: true, mode: 0o700 });
  writeFileSync('keys/private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync('keys/public.pem', publicKey.export({ type: 'spki', format: 'pem' }));
  console.log('keys/private.pem for this server, keys/public.pem for the relay.');
}
