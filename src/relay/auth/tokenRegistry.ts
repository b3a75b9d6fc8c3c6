import { createHash, timingSafeEqual } from 'node:crypto';
import { capabilitiesOf } from '../../model/capabilities.ts';
import type { TokenEntry } from '../settings/settingsSchema.ts';
import type { Principal } from './Principal.ts';

/** The opaque tokens that hold. Only digests are kept. */
export interface TokenRegistry {
  /** @returns who it is; `undefined` for a token that does not hold */
  find(token: string): Principal | undefined;
  /** The same by digest: asked again while a connection lives. */
  findByHash(tokenHash: string): Principal | undefined;
  /** Replaces the tokens of one source (settings, the file); the others stay. */
  setSource(source: string, entries: readonly TokenEntry[]): void;
  /** Ends every token with this name in the project, until the relay starts anew. @returns how many */
  revoke(project: string, name: string): number;
  /** Whether {@link revoke} was called for this name: holds for JWTs, too. */
  isRevoked(project: string, name: string): boolean;
  /** Hears of every change. @returns unsubscribe */
  onChange(listener: () => void): () => void;
}

/** Longest opaque token; what is longer is not even hashed. */
const MAX_TOKEN_LENGTH = 512;

export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** @param now - epoch ms */
export function createTokenRegistry(now: () => number): TokenRegistry {
  const sources = new Map<string, readonly TokenEntry[]>();
  const revokedHashes = new Set<string>();
  const revokedNames = new Set<string>();
  const listeners = new Set<() => void>();
  let principals = new Map<string, Principal>();

  const rebuild = () => {
    principals = new Map();
    for (const entries of sources.values()) {
      for (const { sha256, name, project, roles, scope, expiresAt } of entries) {
        if (revokedHashes.has(sha256) || principals.has(sha256)) continue;
        const expiresAtMs = expiresAt === undefined ? undefined : Date.parse(expiresAt);
        const can = capabilitiesOf(roles);
        principals.set(sha256, { who: name, project, roles, can, scope, expiresAtMs, tokenHash: sha256 });
      }
    }
    for (const listener of listeners) listener();
  };

  const findByHash = (tokenHash: string): Principal | undefined => {
    const principal = principals.get(tokenHash);
    if (!principal) return undefined;
    if (principal.expiresAtMs !== undefined && now() >= principal.expiresAtMs) return undefined;
    // the lookup is by a digest that nobody can steer; the comparison is in constant time all the same
    return timingSafeEqual(Buffer.from(principal.tokenHash, 'hex'), Buffer.from(tokenHash, 'hex'))
      ? principal
      : undefined;
  };

  return {
    find: (token) => (token.length > MAX_TOKEN_LENGTH ? undefined : findByHash(sha256Hex(token))),
    findByHash,
    setSource(source, entries) {
      sources.set(source, entries);
      rebuild();
    },
    revoke(project, name) {
      const before = revokedHashes.size;
      revokedNames.add(nameKey(project, name));
      for (const principal of principals.values()) {
        if (principal.project === project && principal.who === name) revokedHashes.add(principal.tokenHash);
      }
      rebuild();
      return revokedHashes.size - before;
    },
    isRevoked: (project, name) => revokedNames.has(nameKey(project, name)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const nameKey = (project: string, name: string): string => JSON.stringify([project, name]);
