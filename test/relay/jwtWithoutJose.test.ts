import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { onEnd, startRelay } from './support.ts';

vi.mock('jose', () => {
  throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
});

it('a relay that is to take JWTs does not start without the package that checks them, and says what to install', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const keysPath = join(folder, 'public.pem');
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(keysPath, publicKey.export({ type: 'spki', format: 'pem' }));
  const jwt = { algorithm: 'ES256', issuer: 'i', audience: 'a', keysPath };
  await expect(startRelay({ jwt })).rejects.toMatchObject({
    code: 'auth.no-jose',
    message: expect.stringContaining('npm install jose'),
  });
  await startRelay(); // without JWTs it is not needed
});
