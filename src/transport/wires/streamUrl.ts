import { MonitorError } from '../../model/errors.ts';

const STREAM_PATH = '/v1/stream';

const badUrl = (why: string) =>
  new MonitorError('transport.bad-url', {
    happened: `The address of the relay cannot be used: ${why}.`,
    follows: 'No connection can be opened.',
    todo: 'Give an address like `https://relay.example.com`; the token comes from `getToken`.',
  });

function parse(url: string): URL {
  const base = (globalThis as { location?: { href?: string } }).location?.href;
  let parsed: URL;
  try {
    parsed = base === undefined || base === 'about:blank' ? new URL(url) : new URL(url, base);
  } catch {
    throw badUrl('it is no URL');
  }
  if (!/^(https?|wss?):$/.test(parsed.protocol)) throw badUrl('its scheme is none of http, https, ws, wss');
  if (parsed.username !== '' || parsed.password !== '') throw badUrl('it carries a user name or a password');
  parsed.hash = '';
  return parsed;
}

/** The relay's root, without a slash at its end: what stands before `/v1/…`. */
export function relayBaseUrl(url: string): string {
  const parsed = parse(url);
  parsed.protocol = parsed.protocol.replace('ws', 'http');
  parsed.search = '';
  parsed.pathname = parsed.pathname.replace(/\/v1\/stream\/?$/, '').replace(/\/+$/, '');
  return parsed.toString().replace(/\/+$/, '');
}

/**
 * Where the stream is. `http` and `ws` mean the same; a path that does not end in `/stream` is where the relay is mounted.
 * @throws {MonitorError} `transport.bad-url`
 */
export function streamUrl(url: string, scheme: 'http' | 'ws'): string {
  const parsed = parse(url);
  parsed.protocol = parsed.protocol.replace(/^(http|ws)/, scheme);
  if (!/\/stream\/?$/.test(parsed.pathname)) parsed.pathname = parsed.pathname.replace(/\/+$/, '') + STREAM_PATH;
  return parsed.toString();
}
