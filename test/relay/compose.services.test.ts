import { readFileSync } from 'node:fs';
import { expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { startRelayProcess } from '../torture/rig/relayProcess.ts';
import { freshDatabase } from './freshDatabase.ts';
import { onEnd, spanEvent } from './support.ts';

interface Compose {
  readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string>> }>>;
}
const compose = parse(readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8'), {
  merge: true,
}) as Compose;

/** What docker-compose.yml gives a relay, with `.env` filled in. @param places - what stands for the names of other containers */
function environmentOf(service: string, places: Readonly<Record<string, string>>): Record<string, string> {
  const { environment = {} } = compose.services[service] ?? {};
  const filled = Object.entries(environment).map(([name, value]) => [
    name,
    places[name] ?? value.replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_all, asked: string) => valueOf(asked)),
  ]);
  return { SPANLIGHT_STORE: '', ...(Object.fromEntries(filled) as Record<string, string>) }; // the harness says memory
}
const valueOf = (asked: string) => (asked === 'PUBLIC_HOST' ? 'relay.example.com' : `${asked}-`.padEnd(40, 'x'));

it('two relays start with what docker-compose.yml gives them, are ready, and one shows what came in at the other', async () => {
  const places = { SPANLIGHT_DATABASE_URL: await freshDatabase(), SPANLIGHT_REDIS_URL: inject('redisUrl') };
  const [one, two] = await Promise.all(
    ['relay-1', 'relay-2'].map((service) => startRelayProcess({ onEnd }, { env: environmentOf(service, places) })),
  );
  if (!one || !two) throw new Error('there are no two relays');
  const asked = (token: string) => ({ authorization: `Bearer ${valueOf(token)}`, 'content-type': 'application/json' });
  for (const { url } of [one, two]) {
    const isUp = async () => (await (await fetch(`${url}/health/ready`)).json()) as object;
    await expect.poll(isUp, { timeout: 30_000 }).toMatchObject({ status: 'ok', log: 'postgres' });
  }
  const sent = await fetch(`${one.url}/v1/events`, {
    method: 'POST',
    headers: asked('SPANLIGHT_INGEST_TOKEN'),
    body: JSON.stringify({ events: [spanEvent()] }),
  });
  expect(await sent.json()).toMatchObject({ events: [{ st: 'ok', seq: 1 }] });
  for (const token of ['SPANLIGHT_VIEWER_TOKEN', 'SPANLIGHT_ADMIN_TOKEN']) {
    const answer = await fetch(`${two.url}/v1/runs`, { headers: asked(token) });
    expect(((await answer.json()) as { runs: unknown[] }).runs).toHaveLength(1);
  }
}, 120_000);
