import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay, RelayOptions } from 'spanlight/relay';
import { expect, it } from 'vitest';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { eventsOf, FIRST_MS, lineEvent, NOW_MS, type PlannedRun, planRuns } from './history/planRuns.ts';
import { onEnd, send, startRelay } from './support.ts';

const people = {
  developer: { roles: ['developer'], scope: { user: 'mary' } },
  viewer: { roles: ['viewer'], scope: { user: 'mary' } },
  tagged: { roles: ['developer'], scope: { user: 'mary', tags: ['vip'] } },
} as const;
type Person = keyof typeof people;
const tokenFor = (person: Person) => person.padEnd(40, 'x');

const beside = (plans: readonly PlannedRun[]) =>
  plans.flatMap((plan) => [
    lineEvent({
      ts: plan.startedAtMs,
      run: plan.runId,
      source: `of ${plan.agent}`,
      message: `run ${plan.order} is slow`,
    }),
    {
      id: `score-${plan.runId}`,
      type: 'score',
      ts: plan.startedAtMs,
      run: plan.runId,
      ref: 'tone',
      a: { name: 'tone', value: plan.order },
    },
  ]);
const ofNoRun = [
  lineEvent({ ts: FIRST_MS, level: 'error', source: 'nobody', message: 'of no run' }),
  {
    id: 'alert-1',
    type: 'alert.firing',
    ts: FIRST_MS,
    ref: 'alert-1',
    a: { ruleName: 'cost', severity: 'critical', value: 9 },
  },
  {
    id: 'hello-1',
    type: 'producer.hello',
    ts: FIRST_MS,
    prod: { id: 'agent-1', n: 1 },
    a: { service: 'shop', agentNames: ['Billing'] },
  },
];

async function startWith(options: RelayOptions, events: readonly unknown[]): Promise<Relay> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const tokensFile = join(folder, 'tokens.json');
  const entries = (Object.keys(people) as Person[]).map((name) => ({
    name,
    sha256: sha256Hex(tokenFor(name)),
    project: 'default',
    ...people[name],
  }));
  await writeFile(tokensFile, JSON.stringify(entries));
  const relay = await startRelay({
    tokensFile,
    roleTokens: { ingest: 'i'.repeat(40) },
    labelKey: 'k'.repeat(32),
    now: () => NOW_MS,
    ...(options.store === 'sqlite' && { dataDir: join(folder, 'data') }),
    ...options,
  });
  for (let at = 0; at < events.length; at += 900) await send(relay, events.slice(at, at + 900));
  return relay;
}

/** Numbers of the log, which count what happened to everybody, and cursors, which are sealed. */
const ofTheLog = new Set(['epoch', 'head', 'at', 'seq', 'rts', 'next', 'revision']);
const withoutNumbers = (text: string) =>
  text
    .replaceAll(/\\"seq\\":\d+,?/g, '') // in events within OTLP
    .split('\n')
    .map((line) =>
      line.startsWith('{')
        ? JSON.stringify(JSON.parse(line, (key, value: unknown) => (ofTheLog.has(key) ? undefined : value)))
        : line,
    )
    .join('\n');

function differsAt(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left.charAt(at) === right.charAt(at)) at += 1;
  return at;
}

/** All pages of an answer. */
async function ask(relay: Relay, person: Person, path: string): Promise<string> {
  const pages: string[] = [];
  for (let cursor = ''; ; ) {
    const response = await fetch(relay.url + path + cursor, {
      headers: { authorization: `Bearer ${tokenFor(person)}` },
    });
    const text = await response.text();
    pages.push(`${response.status} ${withoutNumbers(text)}`);
    const next = /"next":"([\w-]+)"/.exec(text)?.[1];
    if (next === undefined || pages.length > 50) return pages.join('\n');
    cursor = `&cursor=${next}`;
  }
}

const RANGE = `from=0&to=${NOW_MS + 1}`;
const BUCKETS = `from=${FIRST_MS}&to=${NOW_MS}&bucketMs=60000`;
const filters = ['', '&text=billing', '&agent=Billing', '&user=john', '&session=session-2'];
const questions = [
  ...filters.flatMap((filter) => [
    ...['newest', 'dearest'].map((order) => `/v1/runs?${RANGE}&limit=7&order=${order}${filter}`),
    `/v1/export?${RANGE}&format=costs${filter}`,
  ]),
  ...filters
    .filter((filter) => !filter.includes('text'))
    .flatMap((filter) => [
      `/v1/errors?${RANGE}&bucketMs=60000&order=count${filter}`,
      ...['', '&by=agent', '&by=tool', '&by=model', '&by=user'].map((by) => `/v1/metrics?${BUCKETS}${by}${filter}`),
    ]),
  ...['', '&text=slow', '&text=run%207', '&level=error', '&source=nobody', '&source=of%20Billing'].map(
    (filter) => `/v1/logs?${RANGE}&limit=9${filter}`,
  ),
  ...['approvals', 'scores', 'alerts'].map((kind) => `/v1/${kind}?${RANGE}&limit=9`),
  `/v1/export?${RANGE}&format=spans`,
  `/v1/export?${RANGE}&format=otlp`,
];

it.each(['memory', 'sqlite'] as const)(
  'a scoped reader gets from a log in %s the same bytes, whatever else its project holds: no sum, no name, no page tells',
  async (store) => {
    const all = planRuns(60, 9);
    const own = all.filter(({ userId }) => userId === 'mary');
    expect(own.length).toBeGreaterThan(10);
    const everything = [...ofNoRun, ...all.flatMap((plan) => [...eventsOf(plan), ...beside([plan])])];
    const ofOwn = new Set<string | undefined>(own.map(({ runId }) => runId));
    const crowded = await startWith({ store }, everything);
    const alone = await startWith(
      { store },
      everything.filter((event) => 'run' in event && ofOwn.has(event.run)),
    );
    let told = 0;
    for (const person of Object.keys(people) as Person[]) {
      for (const question of questions) {
        const [seen, expected] = [await ask(crowded, person, question), await ask(alone, person, question)];
        const at = seen === expected ? -1 : differsAt(seen, expected);
        expect([person, question, at < 0 ? seen.length : seen.slice(at - 50, at + 50)]).toEqual([
          person,
          question,
          expected.length,
        ]);
        told += seen.length;
      }
    }
    expect(told).toBeGreaterThan(100_000); // something is told at all
  },
  60_000,
);
