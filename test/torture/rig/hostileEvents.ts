import * as fc from 'fast-check';

/** An element of a body as it stands in the text: not all of them survive `JSON.stringify`. */
export type RawElement = string | Buffer;

const AT_MS = 1_790_000_000_000;
const baseOf = (id: string): Record<string, unknown> => ({
  id,
  type: 'span.start',
  sv: 1,
  ts: AT_MS,
  run: 'trace_bad',
  span: `span_${id}`,
  parent: 'span_root',
  ref: 'call_1',
  prod: { id: `producer-${id}`, n: 1 },
  seq: 7,
  rts: AT_MS,
  a: {
    kind: 'tool',
    name: 'lookup',
    startedAtMs: AT_MS,
    usage: { scope: 'leaf', inputTokens: 1 },
    toolNames: ['one'],
    links: [],
  },
  detail: { input: { text: 'hello' }, attributes: { key: 'value' } },
  refs: { input: { kind: 'json', sizeBytes: 4 } },
});

const paths = [
  'id',
  'type',
  'sv',
  'ts',
  'run',
  'span',
  'parent',
  'ref',
  'prod',
  'prod.id',
  'prod.n',
  'seq',
  'rts',
  'a',
  'a.kind',
  'a.name',
  'a.startedAtMs',
  'a.usage',
  'a.usage.inputTokens',
  'a.toolNames',
  'a.links',
  'detail',
  'detail.input',
  'detail.attributes',
  'refs',
  'refs.input',
];

const deep = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
/** JSON texts that have broken parsers, stores or screens before. */
const values: readonly string[] = [
  'null',
  'true',
  '-1',
  '-0',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '8640000000000001',
  '8.64e15',
  '0.1e1',
  '""',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\u202e\\u2066evil"',
  '"\\r\\ndata: {}\\r\\n\\r\\n"',
  '"<img src=x onerror=alert(1)>"',
  `"${'x'.repeat(300)}"`,
  `"${'y'.repeat(70_000)}"`,
  '[]',
  '{}',
  '[null,[],{}]',
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  '{"a":1,"a":2}',
  deep(10_000, '[', ']'),
  `${'{"d":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
];

const MARK = '"@here@"';
function withValue(id: string, path: string, value: string): string {
  const event = baseOf(id);
  const steps = path.split('.');
  const last = steps.pop() as string;
  let place = event;
  for (const step of steps) place = place[step] as Record<string, unknown>;
  place[last] = '@here@';
  return JSON.stringify(event).replace(MARK, () => value);
}

/** Each path with each value, and some that stand alone: over 700. */
export function fixedHostileEvents(): RawElement[] {
  const cases: RawElement[] = [];
  for (const [at, path] of paths.entries()) {
    for (const [of, value] of values.entries()) cases.push(withValue(`fixed-${at}-${of}`, path, value));
  }
  cases.push('null', '1e400', '"text"', '[]', 'true', '{}', '{"id":"x","id":"y"}', deep(10_000, '[', ']'));
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
    for (const path of ['a.name', 'run', 'detail.input']) {
      const [before = '', after = ''] = withValue(`utf-${bytes.join('-')}-${path}`, path, '"@cut@"').split('@cut@');
      cases.push(Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]));
    }
  }
  for (const [child, parent] of [
    ['c1', 'c2'],
    ['c2', 'c3'],
    ['c3', 'c1'],
    ['self', 'self'],
    ['orphan', 'nobody'],
  ] as const) {
    cases.push(JSON.stringify({ ...baseOf(`cycle-${child}`), span: child, parent }));
  }
  return cases;
}

const hostileText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('\u0000', '\ud800', 'x'.repeat(257), '__proto__', '\u202e', '-', '1e400'),
);
const hostileNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-1, 2 ** 53 + 2, 8_640_000_000_000_000, 1e308, 5e-324, 253_402_300_800_000),
);
const hostileValue = fc.oneof(
  hostileText,
  hostileNumber,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, [], {}),
);

/** Anything at all, and events that are nearly good. */
export const hostileEvent: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.uuid(), fc.array(fc.tuple(fc.constantFrom(...paths), hostileValue), { minLength: 1, maxLength: 3 }))
      .map(([id, changes]) => {
        const event = baseOf(id);
        for (const [path, value] of changes) {
          const steps = path.split('.');
          const last = steps.pop() as string;
          let place: unknown = event;
          for (const step of steps) place = (place as Record<string, unknown> | null)?.[step];
          if (typeof place === 'object' && place !== null)
            (place as Record<string, unknown>)[last] = structuredClone(value); // a constant is one object for all
        }
        return event;
      }),
  },
);
