import type { RelayPlugin } from '../RelayPlugin.ts';
import type { RelayLogger } from '../relayLog.ts';
import { codeOf } from '../relayLog.ts';
import { createRateLimit } from './rateLimit.ts';
import type { Principal, TokenRegistry } from './tokenRegistry.ts';

/** Wrong tokens a minute and address: slows down who guesses. */
const FAILURES_PER_MINUTE = 60;

type Authenticated = { readonly principal: Principal } | { readonly refused: 'token' | 'rate' };

/** Who a token stands for, at the moment of asking. */
export interface Authority {
  authenticate(token: string, address: string): Authenticated;
  /** @returns `undefined` when the token no longer holds */
  recheck(tokenHash: string): Principal | undefined;
  /** Limits by token: ms to wait, 0 when it may go on. */
  takeRead(principal: Principal): number;
  takeIngest(principal: Principal): number;
}

export interface AuthorityOptions {
  readonly tokens: TokenRegistry;
  readonly plugins: readonly RelayPlugin[];
  readonly readsPerMinute: number;
  readonly ingestPerMinute: number;
  readonly log: RelayLogger;
}

export function createAuthority(options: AuthorityOptions): Authority {
  const { tokens, plugins, log } = options;
  const monotonic = () => performance.now();
  const failures = createRateLimit(FAILURES_PER_MINUTE, monotonic);
  const reads = createRateLimit(options.readsPerMinute, monotonic);
  const ingests = createRateLimit(options.ingestPerMinute, monotonic);

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

  return {
    authenticate(token, address) {
      const principal = allowed(tokens.find(token));
      if (principal) return { principal };
      return { refused: failures.take(address) > 0 ? 'rate' : 'token' };
    },
    recheck: (tokenHash) => allowed(tokens.findByHash(tokenHash)),
    takeRead: (principal) => reads.take(principal.tokenHash),
    takeIngest: (principal) => ingests.take(principal.tokenHash),
  };
}
