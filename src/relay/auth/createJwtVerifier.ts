import { readFile } from 'node:fs/promises';
import type * as Jose from 'jose';
import * as z from 'zod';
import { capabilities, capabilitiesOf, roles } from '../../model/capabilities.ts';
import { MonitorError } from '../../model/errors.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import { projectName, scopeSchema } from '../settings/settingsSchema.ts';
import type { JwtVerifier } from './JwtVerifier.ts';
import type { Principal } from './Principal.ts';
import { sha256Hex } from './tokenRegistry.ts';
import { watchFile } from './watchFile.ts';

/** Whose JWTs are taken, and what must stand in them. */
export interface JwtSettings {
  /** The only one that is taken, whatever a token says of itself. */
  readonly algorithm: string;
  readonly issuer: string;
  readonly audience: string;
  /** A public key as PEM, or a JWKS. */
  readonly keysPath: string;
  /** Name of the claim that holds roles, project and scope; default: they stand at the top. */
  readonly claim?: string | undefined;
}

/** A hello is 4 KiB with its subscriptions. */
const MAX_LENGTH = 3072;
/** Clocks of issuer and relay may differ by this much. */
const TOLERANCE_SEC = 2;
/** A key that a token brings or points to is none of ours; `crit` and `b64` change what is signed. */
const refusedHeaders = ['jku', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'jwk', 'crit', 'b64', 'zip', 'enc'];

const claimsSchema = z
  .object({
    roles: z.array(z.enum(roles)).max(roles.length).optional(),
    capabilities: z.array(z.enum(capabilities)).max(capabilities.length).optional(),
    project: projectName,
    scope: scopeSchema.optional(),
  })
  .refine((claims) => (claims.roles?.length ?? 0) + (claims.capabilities?.length ?? 0) > 0);
const subjectSchema = z.string().min(1).max(128);

type Keys = Jose.CryptoKey | ReturnType<typeof Jose.createLocalJWKSet>;

/**
 * Reads JWTs signed by the key in a file; the file is read again when it changes, which ends every connection of before.
 * @param onChange - the keys changed
 * @throws {MonitorError} `auth.no-jose`, `settings.bad-jwt-keys`
 */
export async function createJwtVerifier(
  settings: JwtSettings,
  {
    now,
    report,
    onChange,
  }: { readonly now: () => number; readonly report: RelayLogger; readonly onChange: () => void },
): Promise<JwtVerifier & { stop(): void }> {
  const { algorithm, issuer, audience, keysPath, claim } = settings;
  const jose = await loadJose();
  let keys: Keys;
  let generation = 0;
  const generationOf = new WeakMap<Principal, number>();
  const stop = await watchFile({
    path: keysPath,
    read: () => readKeys(jose, settings),
    apply(read) {
      keys = read;
      generation += 1;
      if (generation === 1) return;
      report('info', 'auth.jwt-keys-read');
      onChange();
    },
    onFault: (cause) => report('error', 'auth.jwt-keys-unreadable', { cause: codeOf(cause) }),
  });

  const verify = async (token: string): Promise<Principal | undefined> => {
    const header = jose.decodeProtectedHeader(token);
    if (header.alg !== algorithm || refusedHeaders.some((name) => name in header)) return undefined;
    const own = generation;
    const { payload } = await jose.jwtVerify(token, keys as Jose.CryptoKey, {
      algorithms: [algorithm],
      issuer,
      audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: TOLERANCE_SEC,
      currentDate: new Date(now()),
    });
    const claims = claimsSchema.safeParse(claim === undefined ? payload : payload[claim]);
    const subject = subjectSchema.safeParse(payload.sub);
    if (!claims.success || !subject.success || !isTime(payload.exp)) return undefined;
    const { project, scope } = claims.data;
    const granted = claims.data.roles ?? [];
    const all = new Set([...capabilitiesOf(granted), ...(claims.data.capabilities ?? [])]);
    const principal: Principal = {
      who: subject.data,
      project,
      roles: granted,
      can: capabilities.filter((capability) => all.has(capability)),
      scope,
      expiresAtMs: (payload.exp + TOLERANCE_SEC) * 1000,
      tokenHash: sha256Hex(signedPartOf(token)),
    };
    generationOf.set(principal, own);
    return principal;
  };

  return {
    async read(token) {
      if (token.length > MAX_LENGTH || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
      try {
        return await verify(token);
      } catch {
        return undefined; // why is nobody's business: a guesser would learn from it
      }
    },
    isOwn: (principal) => generationOf.has(principal),
    recheck: (principal) =>
      generationOf.get(principal) === generation && now() < (principal.expiresAtMs ?? Number.NEGATIVE_INFINITY),
    stop,
  };
}

/** `1e400` is read as infinity, and would never run out. */
const isTime = (sec: number | undefined): sec is number => Number.isFinite(sec);

/** One signature has several spellings that all hold (bits that its last sign leaves over; of ECDSA its mirror): limits must not take them for several tokens. */
const signedPartOf = (token: string): string => token.slice(0, token.lastIndexOf('.'));

async function loadJose(): Promise<typeof Jose> {
  try {
    return await import('jose');
  } catch (cause) {
    throw new MonitorError(
      'auth.no-jose',
      {
        happened: 'SPANLIGHT_JWT_KEYS is set, but the package "jose", which checks JWTs, is not installed.',
        follows: 'The relay did not start, since it could not tell a true token from a forged one.',
        todo: 'Run: npm install jose',
      },
      { cause },
    );
  }
}

async function readKeys(jose: typeof Jose, { algorithm, keysPath }: JwtSettings): Promise<Keys> {
  const fault = (what: string) =>
    new MonitorError('settings.bad-jwt-keys', {
      happened: `SPANLIGHT_JWT_KEYS=${keysPath}: ${what}.`,
      follows: 'Its keys are not in force.',
      todo: `Name a file with the public key of your issuer for ${algorithm}: PEM ("-----BEGIN PUBLIC KEY-----") or a JWKS ({"keys": [...]}).`,
    });
  let text: string;
  try {
    text = await readFile(keysPath, 'utf8');
  } catch (cause) {
    throw fault(`it cannot be read (${codeOf(cause)})`);
  }
  if (text.includes('PRIVATE KEY')) throw fault('it holds a private key, which the relay must not have');
  try {
    if (text.includes('-----BEGIN')) return await jose.importSPKI(text, algorithm);
    const jwks = JSON.parse(text) as Jose.JSONWebKeySet;
    if (jwks.keys.length === 0) throw fault('it lists no key');
    for (const key of jwks.keys) {
      if ('d' in key || key.kty === 'oct')
        throw fault('it holds a private or a shared key, which the relay must not have');
      await jose.importJWK(key, algorithm).catch(() => undefined); // keys of other kinds are not used
    }
    return jose.createLocalJWKSet(jwks);
  } catch (cause) {
    if (cause instanceof MonitorError) throw cause;
    throw fault('it is neither a public key for this algorithm nor a JWKS');
  }
}
