import { readFileSync } from 'node:fs';
import { parsePriceTable } from 'spanlight/prices';
import { foldPriced } from '../../src/cli/summarize/foldFile.ts';
import { summarizeRun } from '../../src/cli/summarize/summarizeRun.ts';
import type { FileSummary, TraceSummary } from '../../src/cli/summarize/types.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { foldBatches } from '../fold/foldState.ts';
import { fixturesDir, traceFiles } from './traceFixtures.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(`${fixturesDir}${name}`, 'utf8'));
const { table } = parsePriceTable(read('prices.sample.json'));

/** What every captured file says, by its name. */
export const expected = read('expected.json') as Readonly<Record<string, FileSummary>>;
export const filesWithAnswers = traceFiles.filter((file) => file in expected);

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

/** Answers that can be compared, whatever order they came in. */
export const byId = (traces: readonly TraceSummary[]) =>
  [...traces].sort((left, right) => (left.trace_id < right.trace_id ? -1 : 1)).map(comparable);

export const wantedOf = (file: string) => byId(expected[file]?.traces ?? []);

/** What events say that come in these batches. */
export function answersOf(batches: readonly (readonly MonitorEvent[])[]): ReturnType<typeof byId> {
  const { reader } = foldBatches(batches);
  const priced = foldPriced(batches.flat(), reader, table);
  const traces = reader.runIds.flatMap((runId) => {
    const run = reader.getRun(runId);
    return run ? [summarizeRun(reader, priced, run)] : [];
  });
  return byId(traces);
}

/** Without its top span a run goes by what came last of the spans nearest to the top: in parts, that is another. */
export const anyName = (traces: ReturnType<typeof byId>): ReturnType<typeof byId> =>
  traces.map((trace) => (trace.exact.roots === 0 ? { ...trace, exact: { ...trace.exact, name: null } } : trace));
