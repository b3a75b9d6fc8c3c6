import { randomBytes } from 'node:crypto';
import { type Role, roles } from '../../model/capabilities.ts';
import { MonitorError } from '../../model/errors.ts';
import type { RelaySettings } from '../settings/parseSettings.ts';
import { MIN_TOKEN_LENGTH, type TokenEntry } from '../settings/settingsSchema.ts';
import { sha256Hex } from './tokenRegistry.ts';

/** Project of the tokens that stand in variables of their own. */
export const DEFAULT_PROJECT = 'default';

const loopbackNames = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  loopbackNames.has(host.toLowerCase()) || /^127(?:\.\d{1,3}){3}$/.test(host);

export interface RoleTokens {
  /** In clear, for who started the relay: given or generated. */
  readonly clear: Readonly<Partial<Record<Role, string>>>;
  readonly generated: readonly Role[];
  readonly entries: readonly TokenEntry[];
}

/**
 * The token of each role: the given one, else on loopback a fresh one.
 * @throws {MonitorError} `settings.tokens-required` where other machines can reach the relay and there is no token;
 * `settings.bad-value` for a token that is too short
 */
export function resolveRoleTokens(settings: RelaySettings): RoleTokens {
  for (const role of roles) {
    const token = settings.roleTokens[role];
    if (token !== undefined && token.length < MIN_TOKEN_LENGTH) {
      throw new MonitorError('settings.bad-value', {
        happened: `The token of the role ${role} is shorter than ${MIN_TOKEN_LENGTH} characters.`,
        follows: 'The relay did not start.',
        todo: `Set SPANLIGHT_${role.toUpperCase()}_TOKEN to the output of: openssl rand -hex 32`,
      });
    }
  }
  const clear: Partial<Record<Role, string>> = { ...settings.roleTokens };
  const generated: Role[] = [];
  if (settings.tokensFile === undefined) {
    if (isLoopback(settings.host)) {
      for (const role of roles) {
        if (clear[role] !== undefined) continue;
        clear[role] = randomBytes(24).toString('hex');
        generated.push(role);
      }
    } else {
      refuseWithoutTokens(settings, clear);
    }
  }
  const entries = roles.flatMap((role): TokenEntry[] => {
    const token = clear[role];
    return token === undefined
      ? []
      : [{ name: role, sha256: sha256Hex(token), roles: [role], project: DEFAULT_PROJECT }];
  });
  return { clear, generated, entries };
}

function refuseWithoutTokens(settings: RelaySettings, clear: Readonly<Partial<Record<Role, string>>>): void {
  const hasReader = settings.jwt !== undefined || roles.some((role) => role !== 'ingest' && clear[role] !== undefined);
  if (hasReader && clear.ingest !== undefined) return;
  const missing = clear.ingest === undefined ? 'SPANLIGHT_INGEST_TOKEN' : 'SPANLIGHT_VIEWER_TOKEN';
  throw new MonitorError('settings.tokens-required', {
    happened: `${missing} is not set, and SPANLIGHT_HOST=${settings.host} can be reached from other machines.`,
    follows: 'The relay did not start, since tokens are generated on loopback only.',
    todo: `Set ${missing} (e.g. the output of: openssl rand -hex 32), or name a file in SPANLIGHT_TOKENS, or listen on 127.0.0.1.`,
  });
}
