import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createProjections } from '../../src/relay/projection/projections.ts';
import { createStandIns } from '../../src/relay/projection/standIns.ts';
import { read, send, spanEvent, startRelay } from './support.ts';

/** Signs from a seed: the corpus is the same in every run. */
const signs = (seed: string, alphabet: string, length: number): string => {
  let text = '';
  for (let round = 0; text.length < length; round += 1) {
    for (const byte of createHash('sha256').update(`${seed}.${round}`).digest())
      text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
};
const alnum = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const hex = '0123456789abcdef';
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function corpus(): string[] {
  const made = (count: number, make: (seed: string) => string) =>
    Array.from({ length: count }, (_, index) => make(`s${index}`));
  const luhn = (body: string) => {
    const sum = body
      .split('')
      .reverse()
      .reduce((all, digit, index) => {
        const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
        return all + (value > 9 ? value - 9 : value);
      }, 0);
    return body + ((10 - (sum % 10)) % 10);
  };
  return [
    ...[
      'sk-',
      'sk-proj-',
      'sk-ant-api03-',
      'pk_live_',
      'sk_live_',
      'rk_test_',
      'ghp_',
      'gho_',
      'ghs_',
      'github_pat_',
      'glpat-',
      'xoxb-',
      'xoxp-',
      'xapp-',
      'npm_',
      'pypi-',
      'hf_',
      'gsk_',
      'whsec_',
      'shpat_',
      'dop_v1_',
    ].flatMap((prefix) => made(3, (seed) => prefix + signs(prefix + seed, alnum, 32))),
    ...made(6, (seed) => `AKIA${signs(seed, upper, 16)}`),
    ...made(4, (seed) => `ASIA${signs(seed, upper, 16)}`),
    ...made(6, (seed) => `AIza${signs(seed, alnum, 35)}`),
    ...made(6, (seed) => `ya29.${signs(seed, alnum, 40)}`),
    ...made(
      8,
      (seed) => `eyJ${signs(seed, alnum, 17)}.eyJ${signs(`${seed}p`, alnum, 12)}.${signs(`${seed}q`, alnum, 12)}`,
    ),
    ...made(10, (seed) => signs(seed, alnum, 40)),
    ...made(10, (seed) => signs(`${seed}b`, alnum, 24)),
    ...made(8, (seed) => signs(`${seed}h`, hex, 32)),
    ...made(6, (seed) => signs(`${seed}h`, hex, 64)),
    ...made(6, (seed) => `tool ${signs(`${seed}t`, alnum, 32)}`),
    ...made(10, (seed) => `${signs(seed, 'abcdefgh', 6)}@example.com`),
    'wjalrxutnfemikmdengbpxrficyexamplekey7',
    'mary (at) example.com',
    'mary [at] example.com',
    'Mary <mary@corp.test>',
    'ask_mary@corp',
    ...made(10, (seed) => luhn(`4${signs(seed, '0123456789', 14)}`)),
    ...made(6, (seed) => luhn(`5${signs(seed, '0123456789', 14)}`).replaceAll(/(.{4})(?=.)/g, '$1 ')),
    ...made(4, (seed) => `pay ${luhn(`37${signs(seed, '0123456789', 12)}`).replaceAll(/(.{4})(?=.)/g, '$1-')}`),
    '+49 170 1234567',
    '(212) 555-0123',
    '0170/1234567',
    '555.010.9999',
    '+1-202-555-0143',
    'call 020 7946 0958',
    '06 12 34 56 78',
    'tel:5550123456',
    '-----BEGIN RSA PRIVATE KEY-----',
    'BEGIN PRIVATE KEY',
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    'END PGP MESSAGE',
    'postgres://app:hunter2@db/x',
    'redis://:secretpw@cache',
    'mongodb+srv://u:p4ss@h/d',
    'https://u:pw@host/p',
    'amqp://guest:guest@mq',
    'password: hunter2',
    'pwd:geheim',
    'secret: abc',
    'token: tok123',
    'api_key: k',
    'api-key:k1',
    'API KEY: z',
    'Bearer abcdefgh1234',
    'Basic dXNlcjpwdzEy',
    'passwd=x',
    'DefaultEndpointsProtocol=https;AccountKey=abc',
    'AccountKey=Zm9vYmFy',
    'aws_secret_access_key=x',
    'x-amz-signature=ab',
    '123-45-6789',
    '078-05-1120',
    'DE89 3704 0044 0532 0130 00',
    'GB82 WEST 1234 5698 7654 32',
  ];
}

describe('a corpus of secrets in the place of names', () => {
  it('shows none of them to a viewer, as agent, tool, model or workflow', () => {
    const secrets = corpus();
    expect(new Set(secrets).size).toBeGreaterThan(200);
    const standIns = createStandIns('k'.repeat(32), 'p');
    const shown = secrets.filter((secret) =>
      ['agent', 'tool', 'model', 'workflow'].some((kind) => standIns.label(secret, kind) === secret),
    );
    expect(shown).toEqual([]);
    expect(secrets.filter((secret) => standIns.code(secret, 'error') === secret)).toEqual([]);
  });

  it('leaves names of models with the dates in them, and long words', () => {
    const standIns = createStandIns('k'.repeat(32), 'p');
    const names = [
      'gpt-4o-mini-2024-07-18',
      'claude-3-5-sonnet-20241022',
      'Donaudampfschifffahrtsgesellschaft',
      'Order 123456',
    ];
    expect(names.filter((name) => standIns.label(name, 'model') !== name)).toEqual([]);
  });

  it('shows none that has the shape of a key even where it was declared', async () => {
    const relay = await startRelay();
    const declared = ['Größe & Maß', `sk-proj-${signs('x', alnum, 32)}`, 'mary@example.com', luhnCard];
    await send(relay, [
      {
        id: 'hello-1',
        type: 'producer.hello',
        ts: 1,
        prod: { id: 'prod_0123456789abcdef', n: 1 },
        a: { toolNames: declared },
      },
      ...declared.map((name) => spanEvent({ a: { kind: 'tool', name } })),
    ]);
    const viewer = await read(relay);
    await viewer.next('snap');
    const names = viewer
      .events()
      .flatMap(({ type, a }) => (type === 'span.start' ? [(a as { name: string }).name] : []));
    expect(names.filter((name) => declared.includes(name))).toEqual(['Größe & Maß']);
  });
});
const luhnCard = '4111 1111 1111 1111';

describe('strict names', () => {
  it('shows declared names, and nothing else that looks harmless', async () => {
    const relay = await startRelay({ strictNames: true });
    const canary = `canary${randomBytes(4).toString('hex').replaceAll(/\d/g, 'x')}`;
    const viewer = await read(relay);
    await viewer.next('snap');
    await send(relay, [
      {
        id: 'hello-1',
        type: 'producer.hello',
        ts: 1,
        prod: { id: 'prod_0123456789abcdef', n: 1 },
        a: { agentNames: ['Clerk'], service: canary },
      },
      spanEvent({ type: 'span.end', a: { kind: 'agent', name: 'Clerk', agentName: 'Clerk' } }),
      spanEvent({
        type: 'span.end',
        a: {
          kind: 'tool',
          name: canary,
          agentName: canary,
          model: canary,
          errorType: canary,
          errorCode: canary,
          finishReason: canary,
          operation: 'chat',
          toolNames: [canary],
        },
      }),
      { id: 'run-1', type: 'run.start', ts: 2, run: `trace_${'a'.repeat(32)}`, a: { name: canary, source: canary } },
    ]);
    await viewer.waitFor(() => viewer.events().length >= 4);
    const late = await read(relay);
    await late.next('snap');
    for (const bytes of [viewer.raw(), late.raw()]) {
      expect(bytes.toString('utf8')).toContain('Clerk');
      expect(bytes.toString('utf8')).toContain('"operation":"chat"');
      expect(bytes.toString('utf8')).not.toContain(canary);
    }
  });

  it('reads what was declared before the relay started', async () => {
    const { createMemoryRunLog } = await import('../../src/relay/run-log/memoryRunLog.ts');
    const log = createMemoryRunLog({
      events: 100,
      eventBytes: 1e6,
      detailBytes: 0,
      bounds: { runs: 10, spans: 100, endedForMs: 1e9 },
      now: Date.now,
    });
    await log.append('p', [
      { id: 'h', type: 'producer.hello', sv: 1, ts: 1, prod: { id: 'prod-1', n: 1 }, a: { toolNames: ['find & pay'] } },
    ]);
    const projection = createProjections({ log, labelKey: 'k'.repeat(32), strictNames: true, now: Date.now }).of('p');
    await projection.open();
    expect(projection.standIns.label('find & pay', 'tool')).toBe('find & pay');
    expect(projection.standIns.label('search', 'tool')).toMatch(/^tool [0-9a-f]{6}$/);
  });
});

describe('a declared name', () => {
  it('is hidden with the shape of a key, an address or a private block, wherever that stands in it', () => {
    const catalogue = { version: 1, has: () => true, take: () => {} };
    const standIns = createStandIns('k'.repeat(32), 'p', { catalogue, isStrict: true });
    const secrets = [
      `tool sk-${signs('a', alnum, 32)}`,
      `AKIA${signs('b', upper, 16)}`,
      `ASIA${signs('c', upper, 16)}`,
      `AIza${signs('d', alnum, 35)}`,
      `ya29.${signs('e', alnum, 40)}`,
      `eyJ${signs('f', alnum, 20)}`,
      signs('g', hex, 16),
      `key ${signs('h', hex, 40)}`,
      'Bearer abcdefgh1234',
      'passwd=x',
      'END PGP MESSAGE',
      'postgres://app:hunter2@db/x',
      'https://app:hunter2@10.0.0.1',
      'mary [at] example.com',
      luhnCard,
    ];
    expect(secrets.filter((secret) => standIns.label(secret, 'tool') === secret)).toEqual([]);
    // what was declared is shown with a long number or a long word in it
    const names = ['order 123456789', 'gpt-4o-mini-2024-07-18', 'Donaudampfschifffahrtsgesellschaft2', 'task-planner'];
    expect(names.filter((name) => standIns.label(name, 'tool') !== name)).toEqual([]);
  });
});

describe('a secret in other letters', () => {
  it('is no harmless name either: full width, digits of other scripts, bold and circled ones', () => {
    const standIns = createStandIns('k'.repeat(32), 'p');
    const wide = (text: string) =>
      text.replaceAll(/[0-9A-Za-z]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
    const digitsFrom = (zero: number) =>
      luhnCard.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
    const secrets = [
      wide(luhnCard),
      wide(`pay ${luhnCard}`),
      wide(signs('w', alnum, 32)),
      digitsFrom(0x0660), // Arabic-Indic
      digitsFrom(0x0966), // Devanagari
      digitsFrom(0x1d7ce), // bold
      `call ${digitsFrom(0x0e50).slice(0, 14)}`, // Thai
    ];
    expect(secrets.filter((secret) => standIns.label(secret, 'tool') === secret)).toEqual([]);
    const harmless = ['検索', 'أداة ٣', 'Größe １', 'инструмент', 'search v2'];
    expect(harmless.filter((name) => standIns.label(name, 'tool') !== name)).toEqual([]);
  });
});
