import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { generatedFiles } from '../../scripts/generate-guard.ts';
import type { EventType } from '../../src/model/event.ts';
import { eventSchemas } from '../../src/model/eventSchemas.ts';
import { isMonitorEvent } from '../../src/model/guardEvent.generated.ts';
import { parseEvent } from '../../src/model/validateEvent.ts';
import { eventSets } from '../fold/arbitraryEvents.ts';

const types = Object.keys(eventSchemas) as EventType[];
const names = [...new Set(types.flatMap((type) => Object.keys(eventSchemas[type]._zod.def.shape)))];

/** What a field may hold, what it may not, and what stands on the edge. */
const values = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'x',
    'x'.repeat(256),
    'x'.repeat(257),
    0,
    -0,
    -1,
    0.5,
    253_402_300_799_999,
    253_402_300_800_000,
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
    Number.MAX_VALUE,
    Infinity,
    -Infinity,
    NaN,
    true,
    'tool',
    'running',
    'cancelled',
    'approved',
    'critical',
    'warn',
    'leaf',
    {},
    [],
    { scope: 'leaf' },
    { scope: 'tree' },
    { scope: 'leaf', inputTokens: -1 },
    { scope: 'aggregate', totalTokens: 7, other: 'x' },
    ['a', 'b'],
    ['a', 7],
    Array(257).fill('a'),
    [{ runId: 'r', relation: 'link' }],
    [{ runId: 'r' }],
    [{ runId: 'r', relation: 'link', spanId: 7 }],
    [null],
  ),
  fc.anything({ maxDepth: 2 }),
);

const fields = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 4 })), values, { maxKeys: 4 });

const envelope = {
  id: 'e1',
  sv: 1,
  ts: 5,
  run: 'r',
  span: 's',
  ref: 'c',
  prod: { id: 'p', n: 0 },
};

describe('the hot-path guard', () => {
  it('is up to date with the schemas, and so is the reference page', () => {
    for (const [path, text] of Object.entries(generatedFiles())) {
      const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
      expect(readFileSync(file, 'utf8'), `${path}: run npm run generate`).toBe(text);
    }
  });

  it('agrees with the schemas on the fields of every type', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fields, (type, a) => {
        const schema: z.ZodMiniType = eventSchemas[type];
        const wanted = z.safeParse(schema, a).success;
        expect(isMonitorEvent({ ...envelope, type, a })).toBe(wanted);
      }),
      { numRuns: 4000 },
    );
  });

  it('lets parsing take what the schemas make of the fields of every type', () => {
    const isAbsent = (value: unknown) => value === undefined || value === null;
    fc.assert(
      fc.property(fc.constantFrom(...types), fields, (type, a) => {
        const schema: z.ZodMiniType = eventSchemas[type];
        const given = Object.fromEntries(Object.entries(a).filter(([, value]) => !isAbsent(value)));
        const wanted = z.safeParse(schema, given);
        fc.pre(wanted.success);
        expect(parseEvent({ ...envelope, type, a }).event?.a).toEqual(wanted.data);
      }),
      { numRuns: 4000 },
    );
  });

  it('takes every event that was parsed', () => {
    fc.assert(
      fc.property(eventSets, (events) => {
        for (const event of events) {
          const parsed = parseEvent(event).event;
          expect(parsed && isMonitorEvent(parsed)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what parsing refuses when one part of a good event is replaced', () => {
    const keys = ['id', 'type', 'ts', 'sv', 'run', 'span', 'parent', 'ref', 'prod', 'a', 'detail', 'refs'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.constantFrom(...keys), values, (type, key, value) => {
        const raw = { ...envelope, type, a: {}, [key]: value };
        // Parsing also repairs: null for absent, a missing version or counter, texts, references that cannot be read.
        const isRepaired = value === undefined || value === null || key === 'refs' || key === 'a' || key === 'prod';
        if (isRepaired) return;
        expect(isMonitorEvent(raw)).toBe(parseEvent(raw).event !== undefined);
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses ids that would break the key of a span', () => {
    const start = { ...envelope, type: 'span.start', a: {} };
    expect(isMonitorEvent(start)).toBe(true);
    for (const broken of [
      { span: 'a\u001fb' },
      { run: 'a\u001fb' },
      { parent: 'a\u001fb' },
      { span: undefined },
      { run: '' },
    ]) {
      expect(isMonitorEvent({ ...start, ...broken })).toBe(false);
    }
  });
});
