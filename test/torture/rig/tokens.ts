/** Tokens of the harness, fixed so that a relay that comes back knows the same readers. Searched for in all that leaves the relay. */
export const tokens = {
  viewer: 'viewer-torture-canary-'.padEnd(40, 'v'),
  operator: 'operator-torture-canary-'.padEnd(40, 'o'),
  developer: 'developer-torture-canary-'.padEnd(40, 'd'),
  approver: 'approver-torture-canary-'.padEnd(40, 'a'),
  admin: 'admin-torture-canary-'.padEnd(40, 'm'),
  ingest: 'ingest-torture-canary-'.padEnd(40, 'i'),
} as const;
export type TokenRole = keyof typeof tokens;

/** Key of the stand-ins: with it the oracle projects as the relay does. */
export const LABEL_KEY = 'label-key-'.padEnd(40, 'k');

export const tokenEnv: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(tokens).map(([role, token]) => [`SPANLIGHT_${role.toUpperCase()}_TOKEN`, token]),
  ),
  SPANLIGHT_LABEL_KEY: LABEL_KEY,
};
