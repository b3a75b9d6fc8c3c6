import type { Capability, Role } from '../../model/capabilities.ts';
import type { Scope } from '../../model/scope.ts';

/** Who stands behind a token, and what it may do now. */
export interface Principal {
  /** Name of the token, or the subject of the JWT: what an audit row says. */
  readonly who: string;
  readonly project: string;
  readonly roles: readonly Role[];
  readonly can: readonly Capability[];
  /** Which runs it may see; `undefined`: those of the whole project. */
  readonly scope?: Scope | undefined;
  /** When the token runs out, epoch ms. */
  readonly expiresAtMs?: number | undefined;
  /** SHA-256 of the token, of a JWT without its signature: its key in limits and checks. Never shown, never logged. */
  readonly tokenHash: string;
}
