import type { FileSummary, TraceSummary } from './types.ts';

const printable = (text: string): string => text.replace(/\p{Cc}|\p{Cf}/gu, '\ufffd');

const grouped = (count: number): string => count.toLocaleString('en-US');

function durationText(durationMs: number | null): string {
  if (durationMs === null) return 'unfinished';
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1000;
  return seconds < 60 ? `${seconds.toFixed(2)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

const usdText = (usd: number): string => `$${usd.toFixed(usd < 0.01 ? 6 : 4)}`;

function costText(trace: TraceSummary): string {
  if (!trace.usage_known && trace.cost_usd_reported === null) return 'unknown';
  const parts = [
    trace.unpriced_tokens > 0 && trace.cost_usd_sample_prices === 0
      ? 'unpriced'
      : usdText(trace.cost_usd_sample_prices),
  ];
  if (trace.unpriced_tokens > 0) parts.push(`(${grouped(trace.unpriced_tokens)} tokens without a price)`);
  if (trace.cost_usd_reported !== null) parts.push(`reported ${usdText(trace.cost_usd_reported)}`);
  return parts.join(' ');
}

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => (count === 1 ? name : `${name} x${count}`))
    .join(', ') || 'none';

function tokensText({ tokens, usage_known: isKnown }: TraceSummary): string {
  if (!isKnown) return 'unknown';
  const details = [
    `${grouped(tokens.input)} in`,
    `${grouped(tokens.output)} out`,
    ...(tokens.cached_input > 0 ? [`${grouped(tokens.cached_input)} cached`] : []),
    ...(tokens.reasoning > 0 ? [`${grouped(tokens.reasoning)} reasoning`] : []),
  ];
  return `${grouped(tokens.total)} (${details.join(', ')})`;
}

function spansText(trace: TraceSummary): string {
  const faults = [
    ...(trace.error_spans > 0 ? [`${trace.error_spans} in error`] : []),
    ...(trace.unfinished_spans > 0 ? [`${trace.unfinished_spans} unfinished`] : []),
    ...(trace.orphans > 0 ? [`${trace.orphans} without their parent`] : []),
  ];
  return `${trace.span_count}, ${trace.max_depth} deep${faults.length > 0 ? `; ${faults.join(', ')}` : ''}`;
}

function modelsText(trace: TraceSummary): string {
  const models = Object.entries(trace.models);
  return models
    .map(([name, { calls, input, output }]) => `${name} x${calls} (${grouped(input + output)} tokens)`)
    .join(', ');
}

/** The lines about one trace; a line about nothing is left out. */
function traceRows(trace: TraceSummary): readonly (readonly [label: string, text: string])[] {
  const handoffs = trace.handoffs.map(([from, to]) => `${from ?? '?'} > ${to ?? '?'}`).join(', ');
  const guardrails = trace.guardrails
    .map(([name, triggered]) => `${name} ${triggered ? 'tripped' : 'passed'}`)
    .join(', ');
  const { approvals } = trace;
  const decided =
    approvals && `${approvals.approved} approved, ${approvals.rejected} rejected, ${approvals.pending} pending`;
  const rows: readonly (readonly [string, string | null])[] = [
    ['trace', trace.trace_id],
    ['status', trace.status],
    ['took', durationText(trace.duration_ms)],
    ['spans', spansText(trace)],
    ['agents', trace.agents.join(', ')],
    ['tools', countsText(trace.tools_executed)],
    ['handoffs', handoffs],
    ['guardrails', guardrails],
    ['models', modelsText(trace)],
    ['tokens', tokensText(trace)],
    ['cost', costText(trace)],
    ['approvals', decided],
    ['group', trace.group_or_session],
    ['user', trace.user],
  ];
  return rows.filter((row): row is readonly [string, string] => row[1] !== null && row[1] !== '');
}

/** What people read: a block a trace, under the path of its file. */
export function formatSummaries(summaries: ReadonlyMap<string, FileSummary>): string {
  const blocks: string[] = [];
  for (const [path, { format, traces }] of summaries) {
    blocks.push(`${printable(path)} (${format}, ${traces.length} ${traces.length === 1 ? 'trace' : 'traces'})`);
    for (const trace of traces) {
      const rows = traceRows(trace).map(([label, text]) => `    ${label.padEnd(11)}${printable(text)}`);
      blocks.push([`  ${printable(trace.name ?? '(no name)')}`, ...rows, ''].join('\n'));
    }
  }
  return blocks.length === 0 ? '' : `${blocks.join('\n')}`;
}
