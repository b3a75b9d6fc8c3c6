import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { otlpAdapter } from 'spanlight/adapters';
import { parsePriceTable } from 'spanlight/prices';
import { describe, expect, it } from 'vitest';
import { foldPriced } from '../../src/cli/summarize/foldFile.ts';
import { summarizeRun } from '../../src/cli/summarize/summarizeRun.ts';
import type { FileSummary, TraceSummary } from '../../src/cli/summarize/types.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { shuffledBatches } from '../fold/arbitraryEvents.ts';
import { foldBatches } from '../fold/foldState.ts';
import { eventsOf, fixturesDir, traceFiles, valueOf } from './traceFixtures.ts';

/** Orders tried of each file; `ADAPTER_ORDERS=1000` is the full size. */
const orders = Number(process.env['ADAPTER_ORDERS'] ?? 40);
const seed = 20_261_128;

const read = (name: string): unknown => JSON.parse(readFileSync(`${fixturesDir}${name}`, 'utf8'));
const expected = read('expected.json') as Readonly<Record<string, FileSummary>>;
const { table } = parsePriceTable(read('prices.sample.json'));
const files = traceFiles.filter((file) => file in expected);

const sorted = (list: readonly unknown[]) => [...list].map((item) => JSON.stringify(item)).sort();
const near = (value: number | null, step: number) => (value === null ? null : Math.round(value / step));

/** The comparison of `test/fixtures/README.md`; lists that stand in order of arrival have none here. */
function comparable(trace: TraceSummary) {
  const { agents, guardrails, duration_ms, root_duration_ms, approvals, ...rest } = trace;
  const { cost_usd_sample_prices, cost_usd_reported, handoffs, ...exact } = rest;
  return {
    exact,
    lists: [sorted(agents), sorted(guardrails), sorted(handoffs)],
    approvals: approvals && { ...approvals, tools: sorted(approvals.tools) },
    durations: [near(duration_ms, 0.01), near(root_duration_ms, 0.01)],
    costs: [near(cost_usd_sample_prices, 1e-9), near(cost_usd_reported, 1e-9)],
  };
}

const byId = (traces: readonly TraceSummary[]) =>
  [...traces].sort((left, right) => (left.trace_id < right.trace_id ? -1 : 1)).map(comparable);

function summarize(batches: readonly (readonly MonitorEvent[])[]): TraceSummary[] {
  const { reader } = foldBatches(batches);
  const priced = foldPriced(batches.flat(), reader, table);
  return reader.runIds.flatMap((runId) => {
    const run = reader.getRun(runId);
    return run ? [summarizeRun(reader, priced, run)] : [];
  });
}

describe('events shuffled, repeated and split at random', () => {
  it('are asked of every captured file that has answers', () => {
    expect([...files].sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(files)('of %s answer as expected.json does, on every field', (file) => {
    const wanted = byId(expected[file]?.traces ?? []);
    fc.assert(
      fc.property(shuffledBatches(eventsOf(file)), (batches) => {
        expect(byId(summarize(batches))).toEqual(wanted);
      }),
      { numRuns: orders, seed },
    );
  });
});

interface Document {
  readonly resourceSpans: readonly {
    readonly resource: unknown;
    readonly scopeSpans: readonly { readonly scope: unknown; readonly spans: readonly unknown[] }[];
  }[];
}

/** Every span of a file as a request of its own. */
function requestsOf(file: string): Document[] {
  const posts = valueOf(file) as readonly (Document & { readonly body?: Document })[];
  return posts.flatMap((post) =>
    (post.body ?? post).resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ scope, spans }) =>
        spans.map((span) => ({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] })),
      ),
    ),
  );
}

describe('spans that come in requests of their own, in any order, some twice', () => {
  const otlpFiles = files.filter((file) => expected[file]?.format === 'otlp-json');

  it.each(otlpFiles)('of %s answer as the whole does', (file) => {
    const requests = requestsOf(file);
    // Without its top span a run goes by what came last of the spans nearest to the top: in parts, that is another.
    const anyName = (traces: ReturnType<typeof byId>) =>
      traces.map((trace) => (trace.exact.roots === 0 ? { ...trace, exact: { ...trace.exact, name: null } } : trace));
    const wanted = anyName(byId(expected[file]?.traces ?? []));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(requests, { minLength: requests.length }),
        fc.subarray(requests),
        (order, repeats) => {
          const batches = [...order, ...repeats].map((request) => otlpAdapter.read(request).events);
          expect(anyName(byId(summarize(batches)))).toEqual(wanted);
        },
      ),
      { numRuns: orders, seed },
    );
  });
});
