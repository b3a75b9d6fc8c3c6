import { createCanaries, findWords, poisonedRun } from '../../support/canaries.ts';
import { sizeText } from '../rig/findings.ts';
import { hostileRun } from '../rig/hostileRuns.ts';
import { type HostSite, startHostSite } from '../rig/hostPage.ts';
import { type LogKind, prepareLog } from '../rig/logs.ts';
import { postEvents } from '../rig/producer.ts';
import { openRawReader } from '../rig/rawReader.ts';
import { startRelayProcess } from '../rig/relayProcess.ts';
import { secretNames } from '../rig/secretNames.ts';
import { tokens } from '../rig/tokens.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { mustHold } from '../rig/waitUntil.ts';
import { lookInBrowser, type RawEvent, walkExits } from '../rig/walkExits.ts';

const AT_MS = 1_790_000_000_000;

interface Variant {
  readonly kind: LogKind;
  /** Only declared names are shown: then names are words, too. */
  readonly isStrict: boolean;
  readonly runs: number;
}

async function searchExits(context: TortureContext, site: HostSite, { kind, isStrict, runs }: Variant): Promise<void> {
  const { findings } = context;
  const log = await prepareLog(context, kind);
  const relay = await startRelayProcess(context, {
    env: { ...log.env, SPANLIGHT_ALLOWED_ORIGINS: site.origin, SPANLIGHT_STRICT_NAMES: String(isStrict) },
  });
  const canaries = createCanaries();
  const events = Array.from({ length: runs }, (_unused, index) => poisonedRun(index, canaries)).flat();
  const named = isStrict
    ? Array.from({ length: runs }, () => {
        const word = canaries.next();
        // what a process declares is shown: it declares nothing
        return hostileRun({ mark: word, text: word }).filter(({ type }) => type !== 'producer.hello');
      }).flat()
    : secretNames.map((secret, index) => ({
        id: `0190f3a1-0000-7000-9000-${index.toString(16).padStart(12, '0')}`,
        type: 'span.start',
        sv: 1,
        ts: AT_MS,
        run: `trace_${'c'.repeat(32)}`,
        span: `span_${index.toString(16).padStart(24, '0')}`,
        a: {
          kind: index % 2 === 0 ? 'tool' : 'agent',
          name: secret,
          agentName: secret,
          model: secret,
          startedAtMs: AT_MS,
        },
      }));
  let refused = 0;
  const all: RawEvent[] = [...events, ...named];
  const exits = await walkExits(context, relay, all, async () => {
    for (let from = 0; from < all.length; from += 100) {
      const answer = await postEvents(relay.url, JSON.stringify({ events: all.slice(from, from + 100) }));
      refused += answer.body?.events.filter(({ st }) => st === 'bad').length ?? 100;
    }
  });
  exits.bytes.set('browser of a viewer', [await lookInBrowser(context, relay, site)]);
  // what agents are told of their own events holds the ids that they chose
  exits.bytes.set('relay log', [Buffer.from(relay.output())]);

  let scanned = 0;
  const leaks = new Map<string, string[]>();
  const shown = new Map<string, string[]>();
  const tokenLeaks: string[] = [];
  for (const [exit, bytes] of exits.bytes) {
    scanned += bytes.reduce((sum, part) => sum + part.length, 0);
    const found = findWords(bytes, canaries.words);
    if (found.length > 0) leaks.set(exit, found);
    const secrets = isStrict ? [] : findWords(bytes, secretNames);
    if (secrets.length > 0) shown.set(exit, secrets);
    tokenLeaks.push(...findWords(bytes, Object.values(tokens)));
  }
  const text = (found: Map<string, string[]>) =>
    [...found].map(([exit, words]) => `${exit}: ${words.slice(0, 2).join(' ')} (${words.length})`).join('; ');
  const of = `${kind} log${isStrict ? ', strictNames' : ''}`;
  const size = `${of}, ${sizeText(canaries.words.length, 'words')} x ${exits.bytes.size} exits x ${sizeText(scanned, 'bytes')}`;
  findings.none(
    isStrict ? 'words of payload, ids, keys and names found' : 'words of payload, ids and keys found',
    leaks.size,
    leaks.size > 0 ? `${of}, ${text(leaks)}` : size,
  );
  if (!isStrict) {
    findings.none(
      'secrets used as names that were shown',
      [...shown.values()].flat().length,
      shown.size > 0 ? text(shown) : `${of}, ${secretNames.length} secrets x ${exits.bytes.size} exits`,
    );
  }
  findings.none('tokens found', tokenLeaks.length, size);
  findings.least('deflated frames that were inflated and searched', exits.inflatedMessages, 1, of);
  findings.none(
    'routes that nobody tests',
    exits.untestedRoutes.length,
    exits.untestedRoutes.join(' ') || `${of}, ${sizeText(exits.requests, 'requests')}`,
  );
  findings.none('poisoned events refused', refused, `${of}, ${sizeText(all.length, 'events')}`);
  const control = openRawReader(context, 'websocket', relay.url, {
    token: tokens.developer,
    subs: [{ sub: 'overview' }],
  });
  await mustHold(
    () => control.frames.some((frame) => frame.t === 'snap' && frame.part === frame.parts),
    20_000,
    'the developer has a snapshot',
  );
  const held = findWords([Buffer.from(JSON.stringify(control.frames))], canaries.words.slice(0, 2600));
  findings.least('words that the same search finds for a developer', held.length, 10, `${of}: the search can find`);
  control.close();
  await relay.stop('SIGTERM');
}

export const r8: TorturePromise = {
  id: 'R8',
  bar: 'A viewer never receives a payload byte: unique words in every payload path, id, key and unknown field, with strictNames in every name, searched in every exit in plain, base64, hex, URL, JSON-escaped, gzip and deflate form; 200 secrets used as names.',
  async run(context) {
    const site = await startHostSite(context);
    const variants = context.pick<readonly Variant[]>({
      small: [
        { kind: 'sqlite', isStrict: false, runs: 2 },
        { kind: 'memory', isStrict: true, runs: 1 },
      ],
      default: [
        { kind: 'memory', isStrict: false, runs: 60 },
        { kind: 'sqlite', isStrict: false, runs: 30 },
        { kind: 'sqlite', isStrict: true, runs: 30 },
        { kind: 'postgres', isStrict: true, runs: 30 },
      ],
      full: [
        { kind: 'memory', isStrict: false, runs: 400 },
        { kind: 'sqlite', isStrict: false, runs: 200 },
        { kind: 'sqlite', isStrict: true, runs: 200 },
        { kind: 'postgres', isStrict: true, runs: 200 },
      ],
    });
    for (const variant of variants) await searchExits(context, site, variant);
  },
};
