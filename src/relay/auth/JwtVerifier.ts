import type { Principal } from './Principal.ts';

/** Who a JWT stands for. */
export interface JwtVerifier {
  /** @returns `undefined` for anything that is not whole, signed by the pinned key, meant for us and in time */
  read(token: string): Promise<Principal | undefined>;
  /** Whether it came from {@link read}. */
  isOwn(principal: Principal): boolean;
  /** Whether it still holds: it has not run out, and its key is still in force. */
  recheck(principal: Principal): boolean;
}
