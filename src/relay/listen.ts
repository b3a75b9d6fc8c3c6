import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MonitorError } from '../model/errors.ts';
import type { RelaySettings } from './settings/parseSettings.ts';

/** 0 until it listens. */
export const portOf = (server: Server): number => (server.address() as AddressInfo | null)?.port ?? 0;

/** How a person or a client on this machine writes the address. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

export function listen(server: Server, { host, port }: Pick<RelaySettings, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE';
      reject(
        new MonitorError(
          isTaken ? 'relay.port-in-use' : 'relay.cannot-listen',
          {
            happened: isTaken
              ? `Port ${port} on ${host} is in use.`
              : `The relay cannot listen on ${host}:${port} (${cause.code ?? 'unknown fault'}).`,
            follows: 'The relay did not start.',
            todo: isTaken
              ? 'Stop what listens there, or set SPANLIGHT_PORT to another port, e.g. SPANLIGHT_PORT=0 for a free one.'
              : 'Set SPANLIGHT_HOST to an address of this machine, e.g. SPANLIGHT_HOST=127.0.0.1.',
          },
          { cause },
        ),
      );
    };
    server.once('error', onError);
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => {
      server.off('error', onError);
      resolve();
    });
  });
}
