import type { RelayPlugin } from '../RelayPlugin.ts';
import type { RelayLogger } from '../relayLog.ts';
import { codeOf } from '../relayLog.ts';
import type { JwtVerifier } from './JwtVerifier.ts';
import type { Principal } from './Principal.ts';
import { createRateLimit } from './rateLimit.ts';
import type { TokenRegistry } from './tokenRegistry.ts';

/** Wrong tokens a minute and address: slows down who guesses. */
const FAILURES_PER_MINUTE = 60;

type Authenticated = { readonly principal: Principal } | { readonly refused: 'token' | 'rate' };

/** Who a token stands for, at the moment of asking. */
export interface Authority {
  authenticate(token: string, address: string): Promise<Authenticated>;
  /**
   * Who somebody that was let in before is now. Cheap: asked again for each page and each batch.
   * @returns `undefined` when the token no longer holds; the same object when nothing changed
   */
  recheck(principal: Principal): Principal | undefined;
  /** Limits by token: ms to wait, 0 when it may go on. */
  takeRead(principal: Principal): number;
  takeIngest(principal: Principal): number;
  /** Text of running calls: as many as ingest requests, counted apart, so that it never takes the place of events. */
  takeLive(principal: Principal): number;
}

export interface AuthorityOptions {
  readonly tokens: TokenRegistry;
  /** `undefined`: no JWT is taken. */
  readonly jwt?: JwtVerifier | undefined;
  readonly plugins: readonly RelayPlugin[];
  readonly readsPerMinute: number;
  readonly ingestPerMinute: number;
  readonly log: RelayLogger;
}

export function createAuthority(options: AuthorityOptions): Authority {
  const { tokens, jwt, plugins, log } = options;
  const monotonic = () => performance.now();
  const failures = createRateLimit(FAILURES_PER_MINUTE, monotonic);
  const reads = createRateLimit(options.readsPerMinute, monotonic);
  const ingests = createRateLimit(options.ingestPerMinute, monotonic);
  const lives = createRateLimit(options.ingestPerMinute, monotonic);

  const isAllowed = ({ who, project, roles, scope }: Principal): boolean =>
    plugins.every((plugin) => {
      try {
        return plugin.onAuthorize?.({ who, project, roles, scope }) !== false;
      } catch (cause) {
        log('error', 'plugin.failed', { plugin: plugin.name, hook: 'onAuthorize', cause: codeOf(cause) });
        return false;
      }
    });

  const allowed = (principal: Principal | undefined) => (principal && isAllowed(principal) ? principal : undefined);
  const readJwt = async (token: string) => {
    const principal = await jwt?.read(token);
    return principal && tokens.isRevoked(principal.project, principal.who) ? undefined : principal;
  };

  return {
    async authenticate(token, address) {
      const principal = allowed(tokens.find(token) ?? (await readJwt(token)));
      if (principal) return { principal };
      return { refused: failures.take(address) > 0 ? 'rate' : 'token' };
    },
    recheck(principal) {
      const known = jwt?.isOwn(principal)
        ? jwt.recheck(principal) && !tokens.isRevoked(principal.project, principal.who)
          ? principal
          : undefined
        : tokens.findByHash(principal.tokenHash);
      return allowed(known);
    },
    takeRead: (principal) => reads.take(principal.tokenHash),
    takeIngest: (principal) => ingests.take(principal.tokenHash),
    takeLive: (principal) => lives.take(principal.tokenHash),
  };
}
