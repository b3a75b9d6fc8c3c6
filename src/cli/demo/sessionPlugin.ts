import type { Role } from '../../model/capabilities.ts';
import type { RelayPlugin } from '../../relay/index.ts';

/** Roles that the demo hands out: none that writes, none that rules. */
const offered: ReadonlySet<string> = new Set<Role>(['viewer', 'operator', 'developer', 'approver']);

/**
 * `GET /demo/session?role=…` gives a token of that role to the dashboard that this very process serves. It stands in no other
 * relay: whoever can open the page can take any of these roles. The relay has checked Host and Origin before.
 * @param tokens - the relay's tokens, read when asked: they are known once it listens
 */
export function createSessionPlugin(tokens: () => Readonly<Partial<Record<Role, string>>>): RelayPlugin {
  return {
    name: 'demo-session',
    onGet({ url, headers, remoteAddress }) {
      if (url.pathname !== '/demo/session') return undefined;
      if (!isThisMachine(remoteAddress) || !isOwnPage(headers)) return refuse(403, 'demo.foreign-page');
      const role = url.searchParams.get('role') ?? '';
      const token = offered.has(role) ? tokens()[role as Role] : undefined;
      return token === undefined
        ? refuse(400, 'demo.unknown-role')
        : Response.json({ role, token }, { headers: unstored });
    },
  };
}

const unstored = { 'cache-control': 'no-store' };

const isThisMachine = (address: string) => /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(address);

/** A browser says where a request comes from; what says nothing is no browser, and can read the terminal as well. */
function isOwnPage(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = headers.get('origin');
  return origin === null || origin === `http://${headers.get('host')}`;
}

const refuse = (status: number, code: string): Response =>
  Response.json(
    { error: { code, message: 'The demo gives tokens to its own page only.' } },
    { status, headers: unstored },
  );
