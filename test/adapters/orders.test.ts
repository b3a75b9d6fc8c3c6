import fc from 'fast-check';
import { otlpAdapter } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import { shuffledBatches } from '../fold/arbitraryEvents.ts';
import { answersOf, anyName, expected, filesWithAnswers as files, wantedOf } from './answers.ts';
import { requestsOf } from './otlpRequests.ts';
import { eventsOf } from './traceFixtures.ts';

/** Orders tried of each file; `ADAPTER_ORDERS=1000` is the full size. */
const orders = Number(process.env['ADAPTER_ORDERS'] ?? 40);
const seed = 20_261_128;

describe('events shuffled, repeated and split at random', () => {
  it('are asked of every captured file that has answers', () => {
    expect([...files].sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(files)('of %s answer as expected.json does, on every field', (file) => {
    const wanted = wantedOf(file);
    fc.assert(
      fc.property(shuffledBatches(eventsOf(file)), (batches) => {
        expect(answersOf(batches)).toEqual(wanted);
      }),
      { numRuns: orders, seed },
    );
  });
});

describe('spans that come in requests of their own, in any order, some twice', () => {
  const otlpFiles = files.filter((file) => expected[file]?.format === 'otlp-json');

  it.each(otlpFiles)('of %s answer as the whole does', (file) => {
    const requests = requestsOf(file);
    const wanted = anyName(wantedOf(file));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(requests, { minLength: requests.length }),
        fc.subarray(requests),
        (order, repeats) => {
          const batches = [...order, ...repeats].map((request) => otlpAdapter.read(request).events);
          expect(anyName(answersOf(batches))).toEqual(wanted);
        },
      ),
      { numRuns: orders, seed },
    );
  });
});
