import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRelay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createRequestGuard } from '../../src/relay/auth/requestGuard.ts';
import { parseSettings } from '../../src/relay/settings/parseSettings.ts';
import { settingTable } from '../../src/relay/settings/settingsSchema.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image: string;
        readonly ports?: readonly string[];
        readonly volumes?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
      }
    >
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const dockerfile = read('Dockerfile');
const manifest = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const envNames = [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value]) => ({
  name,
  value,
}));

describe('docker-compose.yml', () => {
  it('runs two relays alike, PostgreSQL, Redis and a proxy, which alone has ports', () => {
    const { services } = compose;
    expect(Object.keys(services).sort()).toEqual(['postgres', 'proxy', 'redis', 'relay-1', 'relay-2']);
    expect(services['relay-1']).toEqual(services['relay-2']);
    expect(
      Object.entries(services)
        .filter(([, { ports }]) => ports)
        .map(([name]) => name),
    ).toEqual(['proxy']);
    for (const { image } of Object.values(services)) expect(image).toMatch(/^[a-z]+:(?!latest)[\w.-]+$/);
  });

  it('mounts files that are there and volumes that are named', () => {
    const sources = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((text) => text.split(':')[0] ?? ''),
    );
    for (const source of sources.filter((text) => text.startsWith('./'))) {
      expect(existsSync(new URL(`../../${source}`, import.meta.url))).toBe(true);
    }
    expect(sources.filter((text) => /^[a-z]/.test(text))).toEqual(Object.keys(compose.volumes));
  });

  it('gives relays settings that exist and are good, and no secret a default', () => {
    const environment = compose.services['relay-1']?.environment ?? {};
    expect(Object.keys(environment).filter((name) => !Object.hasOwn(settingTable, name))).toEqual([]);
    const filled = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_all, asked: string) =>
          asked === 'PUBLIC_HOST' ? 'relay.example.com' : `${asked}-`.padEnd(40, 'x'),
        ),
      ]),
    );
    expect(parseSettings(filled)).toMatchObject({ allowedHosts: ['relay.example.com'], stopSeconds: 30 });
    const asked = [...read('docker-compose.yml').matchAll(/\$\{(\w+)([^}]*)\}/g)];
    expect(asked.filter(([, , how = '']) => !how.startsWith(':?'))).toEqual([]);
    expect(new Set(asked.map(([, name]) => name))).toEqual(new Set(envNames.map(({ name }) => name)));
    expect(envNames.filter(({ value }) => value !== '')).toEqual([]);
  });

  it('names the relays as the proxy does', () => {
    const targets = new Set([...read('deploy/nginx.conf').matchAll(/server (\S+):8090;/g)].map(([, name]) => name));
    expect(targets).toEqual(new Set(['relay-1', 'relay-2']));
  });
});

describe('Dockerfile', () => {
  it('runs scripts, files and packages that exist', () => {
    for (const [, script = ''] of dockerfile.matchAll(/npm run ([\w:]+)/g))
      expect(manifest.scripts).toHaveProperty([script]);
    const entry = /ENTRYPOINT \["node", "\/app\/(.+?)"\]/.exec(dockerfile)?.[1];
    expect(`./${entry}`).toBe(manifest.bin['spanlight']);
    const names = JSON.parse((/\['pg'.*?\]/.exec(dockerfile)?.[0] ?? '').replaceAll("'", '"')) as string[];
    for (const name of names) expect(manifest.devDependencies[name]).toMatch(/^\d/);
  });

  it('ends as another user than root, with settings that exist', () => {
    expect(dockerfile.slice(dockerfile.lastIndexOf('FROM '))).toMatch(/^USER node$/m);
    const names = [...dockerfile.matchAll(/(SPANLIGHT_\w+)=/g)].map(([, name = '']) => name);
    expect(names.filter((name) => !Object.hasOwn(settingTable, name))).toEqual([]);
  });

  /** The command of HEALTHCHECK as the container engine runs it: these words, the image's environment. @returns its exit code */
  const checkHealth = (port: number): Promise<number | string | null> => {
    const [command = '', ...args] = JSON.parse(
      /^HEALTHCHECK[^[]*CMD (\[[^\n]*\])$/m.exec(dockerfile)?.[1] ?? '[]',
    ) as string[];
    const program = command === 'node' ? process.execPath : command;
    return new Promise((resolve) => {
      execFile(program, args, { env: { SPANLIGHT_PORT: String(port) }, timeout: 10_000 }, (error) =>
        resolve(error ? (error.code ?? null) : 0),
      );
    });
  };

  it('has a health check that ends with 0 while the relay answers and with 1 when it is gone or answers wrongly', async () => {
    const relay = await createRelay({ port: 0, dashboardDir: false, pricing: false });
    try {
      expect(await checkHealth(relay.port)).toBe(0);
    } finally {
      await relay.close();
    }
    expect(await checkHealth(relay.port)).toBe(1);
    // in the image the relay listens on all addresses and answers to the public name, and to the check all the same
    const inImage = { host: '0.0.0.0', port: 8090, allowedHosts: ['relay.example.com'], allowedOrigins: [] };
    expect(createRequestGuard(inImage).isHostAllowed('127.0.0.1:8090')).toBe(true);
    const failing = createServer((_request, response) => response.writeHead(503).end());
    await new Promise<void>((resolve) => failing.listen(0, '127.0.0.1', resolve));
    expect(await checkHealth((failing.address() as AddressInfo).port)).toBe(1);
    failing.close();
  });

  it('checks within its own time limit, on the port and the host that the image sets', () => {
    const env = Object.fromEntries(
      [...dockerfile.matchAll(/(SPANLIGHT_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    expect(env).toMatchObject({ SPANLIGHT_HOST: '0.0.0.0', SPANLIGHT_PORT: '8090', SPANLIGHT_DATA_DIR: '/data' });
    expect(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]).toBe(env['SPANLIGHT_PORT']);
    expect(/^VOLUME (\S+)$/m.exec(dockerfile)?.[1]).toBe(env['SPANLIGHT_DATA_DIR']);
    const relayPorts = [...read('deploy/nginx.conf').matchAll(/server relay-\d:(\d+);/g)].map(([, port]) => port);
    expect(new Set(relayPorts)).toEqual(new Set([env['SPANLIGHT_PORT']]));
  });
});
