import { isIP } from 'node:net';
import { isLoopback } from './roleTokens.ts';

export interface RequestGuardOptions {
  /** Address the relay listens on. */
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** Whether a request came under a name and from a page that the relay answers to: stops DNS rebinding and foreign pages. */
export interface RequestGuard {
  isHostAllowed(hostHeader: string | undefined): boolean;
  /** @param origin - `undefined` for clients that are no browser: those are let in and still need a token */
  isOriginAllowed(origin: string | undefined, hostHeader: string | undefined): boolean;
  /** Whether a page of another origin may read answers. */
  isCrossOriginAllowed(origin: string): boolean;
}

interface HostName {
  readonly name: string;
  readonly port: number | undefined;
}

/** `host`, `host:port`, `[v6]`, `[v6]:port`; anything else is no host. */
function parseHost(text: string): HostName | undefined {
  const match = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?$/i.exec(text);
  if (!match) return undefined;
  const name = (match[1] ?? '').toLowerCase();
  if (name.startsWith('[') && isIP(name.slice(1, -1)) !== 6) return undefined;
  const port = match[2] === undefined ? undefined : Number(match[2]);
  return port !== undefined && port > 65_535 ? undefined : { name, port };
}

/** A name that resolves to this machine whatever a foreign DNS says, or an address written out: rebinding needs neither. */
const ownNames = new Set(['localhost', '127.0.0.1', '[::1]']);
const isAddress = (name: string) => name.startsWith('[') || isIP(name) === 4;

/** A listed host without a port stands for any; a header without one means 80 or, behind a proxy that ends TLS, 443. */
const isSamePort = (listed: number | undefined, given: number | undefined): boolean =>
  listed === undefined || listed === given || (given === undefined && (listed === 80 || listed === 443));

export function createRequestGuard(options: RequestGuardOptions): RequestGuard {
  const listed = options.allowedHosts.map(parseHost).filter((host) => host !== undefined);
  const origins = new Set(options.allowedOrigins);
  const isLocal = isLoopback(options.host);
  const bound = options.host.toLowerCase();

  const isAllowed = ({ name, port }: HostName): boolean => {
    if (listed.some((host) => host.name === name && isSamePort(host.port, port))) return true;
    if (isLocal) return (ownNames.has(name) || name === bound) && (port ?? 80) === options.port;
    return ownNames.has(name) || isAddress(name) || name === bound; // the port may be mapped to another one outside
  };

  const isHostAllowed = (hostHeader: string | undefined): boolean => {
    const host = hostHeader === undefined ? undefined : parseHost(hostHeader);
    return host !== undefined && isAllowed(host);
  };

  return {
    isHostAllowed,
    isOriginAllowed(origin, hostHeader) {
      if (origin === undefined) return true;
      if (origins.has(origin)) return true;
      const match = /^https?:\/\/([^/?#@\s]+)$/.exec(origin);
      return match !== null && match[1]?.toLowerCase() === hostHeader?.toLowerCase() && isHostAllowed(hostHeader);
    },
    isCrossOriginAllowed: (origin) => origins.has(origin),
  };
}
