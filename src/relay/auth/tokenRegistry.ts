import { createHash, timingSafeEqual } from 'node:crypto';
import { type Capability, capabilitiesOf, type Role } from '../../model/capabilities.ts';
import type { TokenEntry } from '../settings/settingsSchema.ts';

/** Who stands behind a token, and what it may do now. */
export interface Principal {
  /** Name of the token: what an audit row says. */
  readonly who: string;
  readonly project: string;
  readonly roles: readonly Role[];
  readonly can: readonly Capability[];
  /** Free text of the tokens file, for plugins. */
  readonly scope?: string | undefined;
  /** SHA-256 of the token: its key in limits and checks. Never shown, never logged. */
  readonly tokenHash: string;
}

/** The tokens that hold. Only digests are kept. */
export interface TokenRegistry {
  /** @returns who it is; `undefined` for a token that does not hold */
  find(token: string): Principal | undefined;
  /** The same by digest: asked again while a connection lives. */
  findByHash(tokenHash: string): Principal | undefined;
  /** Replaces the tokens of one source (settings, the file); the others stay. */
  setSource(source: string, entries: readonly TokenEntry[]): void;
  /** Ends every token with this name in the project, until the relay starts anew. @returns how many */
  revoke(project: string, name: string): number;
  /** Hears of every change. @returns unsubscribe */
  onChange(listener: () => void): () => void;
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export function createTokenRegistry(): TokenRegistry {
  const sources = new Map<string, readonly TokenEntry[]>();
  const revoked = new Set<string>();
  const listeners = new Set<() => void>();
  let principals = new Map<string, Principal>();

  const rebuild = () => {
    principals = new Map();
    for (const entries of sources.values()) {
      for (const { sha256, name, project, roles, scope } of entries) {
        if (revoked.has(sha256) || principals.has(sha256)) continue;
        principals.set(sha256, { who: name, project, roles, can: capabilitiesOf(roles), scope, tokenHash: sha256 });
      }
    }
    for (const listener of listeners) listener();
  };

  const findByHash = (tokenHash: string): Principal | undefined => {
    const principal = principals.get(tokenHash);
    if (!principal) return undefined;
    // the lookup is by a digest that nobody can steer; the comparison is in constant time all the same
    return timingSafeEqual(Buffer.from(principal.tokenHash, 'hex'), Buffer.from(tokenHash, 'hex'))
      ? principal
      : undefined;
  };

  return {
    find: (token) => (token.length > 512 ? undefined : findByHash(sha256Hex(token))),
    findByHash,
    setSource(source, entries) {
      sources.set(source, entries);
      rebuild();
    },
    revoke(project, name) {
      const before = revoked.size;
      for (const principal of principals.values()) {
        if (principal.project === project && principal.who === name) revoked.add(principal.tokenHash);
      }
      rebuild();
      return revoked.size - before;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
