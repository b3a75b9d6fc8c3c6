import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { CostCardsPrefab, StatCard, StatStripPrefab } from 'spanlight';
import { createMonitorStore, type MonitorEvent, type RunId, type RunRow } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { sparkPaths } from '../../src/components/stat/sparkPaths.ts';
import type { MetricBucket } from '../../src/model/metricBucket.ts';
import { BASE_MS, endedRun, runEnd, runStart, spanEnd, spanStart } from '../store/support/buildEvents.ts';
import { startMonitor } from './support/startMonitor.tsx';

const usd = (dollars: number) => dollars * 1e9;
/** A run of one agent with one model call that may have a price. */
const call = (run: string, agent: string, model: string, dollars: number | undefined, atMs = BASE_MS) => [
  runStart(run, { name: `Run ${run}` }, { atMs }),
  spanStart(run, 'agent', { kind: 'agent', name: agent }, { atMs }),
  spanStart(run, 'llm', { kind: 'llm', name: 'response', model }, { atMs, parent: 'agent' }),
  spanEnd(
    run,
    'llm',
    {
      usage: { scope: 'leaf', inputTokens: 1_000, outputTokens: 200, totalTokens: 1_200 },
      ...(dollars === undefined ? {} : { reportedCostNanoUsd: usd(dollars) }),
    },
    { atMs: atMs + 5, parent: 'agent' },
  ),
  spanEnd(run, 'agent', {}, { atMs: atMs + 10 }),
  runEnd(run, {}, { atMs: atMs + 10 }),
];
const card = (name: RegExp) => screen.getByRole('group', { name });

describe('StatStrip', () => {
  it('says each figure in words', () => {
    const { ui } = startMonitor({
      events: [
        ...call('r1', 'Triage Agent', 'gpt-4o', 0.083),
        spanStart('r2', 'a', { name: 'Billing Agent' }),
        ...endedRun('r3'),
        spanStart('r4', 'a'),
        spanEnd('r4', 'a', { status: 'error', errorType: 'Boom' }),
        runEnd('r4'),
      ],
    });
    render(ui(<StatStripPrefab />));
    expect(screen.getByRole('region', { name: 'Key figures' })).toBeVisible();
    expect(card(/^Active agents 1/)).toBeVisible();
    expect(card(/^Running runs 1/)).toBeVisible();
    expect(card(/^Failed runs 1.*Failed$/)).toHaveAttribute('data-status', 'error');
    expect(card(/^Error rate 33\.3%, 1 of 3 failed$/)).toBeVisible();
    expect(card(/^Tokens ≥?1,200/)).toHaveTextContent('in 1.0k / out 200');
    expect(card(/^Cost today \$0\.083/)).toBeVisible();
  });

  it('shows a dash for what is not known, never a nought', () => {
    const { ui } = startMonitor({ connection: { phase: 'idle' } });
    render(ui(<StatStripPrefab />));
    for (const group of screen.getAllByRole('group')) expect(group).toHaveTextContent('—');
    expect(screen.queryByText('$0.000')).not.toBeInTheDocument();
  });

  it('is pale while the line is opened', () => {
    const { ui } = startMonitor({ connection: { phase: 'connecting', sinceMs: BASE_MS, attempt: 1 } });
    render(ui(<StatStripPrefab />));
    expect(screen.getByRole('region')).toHaveAttribute('aria-busy', 'true');
    expect(card(/^Tokens Loading/)).toBeVisible();
  });

  it('marks sums that miss something', () => {
    const { ui } = startMonitor({
      events: [...call('r1', 'A', 'gpt-4o', 1.5), ...call('r2', 'A', 'secret-model', undefined)],
    });
    render(ui(<StatStripPrefab stats={['costToday']} />));
    expect(screen.getAllByRole('group')).toHaveLength(1);
    expect(card(/^Cost today ≥\$1\.50, 1 call has no price, Warning$/)).toBeVisible();
  });

  it('counts only today, in the zone of the reader', () => {
    const yesterday = call('r1', 'A', 'gpt-4o', 5, BASE_MS - 24 * 3_600_000);
    const { ui } = startMonitor({ events: [...yesterday, ...call('r2', 'A', 'gpt-4o', 0.25)] });
    render(ui(<StatStripPrefab stats={['costToday']} />));
    expect(card(/^Cost today \$0\.250, in 1 run$/)).toBeVisible();
  });
});

describe('StatStrip while the relay sends totals in place of spans', () => {
  const MINUTE_MS = 60_000;
  const minute = (ago: number, more: Partial<MetricBucket>): MetricBucket => ({
    startMs: Math.floor(BASE_MS / MINUTE_MS - ago) * MINUTE_MS,
    sizeMs: MINUTE_MS,
    activeAgents: 1,
    llmCalls: 0,
    failedLlmCalls: 0,
    toolCalls: 0,
    failedToolCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
    costNanoUsd: 0,
    unpricedCalls: 0,
    ...more,
  });
  const rowOf = (events: readonly MonitorEvent[]): RunRow => {
    const relay = createMonitorStore();
    relay.ingest(events);
    relay.flush();
    const { entities, runIds } = relay.getState();
    const run = entities.getRun(runIds[0] as RunId);
    relay.destroy();
    if (!run) throw new Error('no run');
    return { run };
  };
  const open = [
    runStart('r1', { name: 'Support' }),
    spanStart('r1', 'a', { name: 'Triage Agent' }),
    spanEnd('r1', 'a', {}, { atMs: BASE_MS + 1 }),
    spanStart('r1', 'b', { name: 'Billing Agent' }, { atMs: BASE_MS + 1 }),
  ];

  it('draws the last hour from the metrics, and counts the agents that did something lately', () => {
    const { ui, transport, store } = startMonitor();
    const buckets = [
      minute(4, { inputTokens: 900, outputTokens: 100, costNanoUsd: usd(1), activeAgents: 2 }),
      minute(2, { inputTokens: 400, outputTokens: 100, costNanoUsd: usd(3) }),
      minute(0, { inputTokens: 1 }),
      minute(4, { agentName: 'Triage Agent' }),
      minute(0, { agentName: 'Billing Agent' }),
      minute(0, { agentName: 'Agent of an ended run' }),
    ];
    transport.sink.onRows({ t: 'rows', runs: [rowOf(open)], buckets });
    store.flush();
    const { container } = render(ui(<StatStripPrefab stats={['activeAgents', 'tokens', 'costToday']} />));
    expect(card(/^Active agents 1/)).toBeVisible();
    const lines = [...container.querySelectorAll('.sl-stat__spark path')].map((path) => path.getAttribute('d'));
    // the minute that is not over is left out, one in which nothing happened is 0
    expect(lines).toEqual([
      sparkPaths([2, 0, 1, 0]).paths[0],
      sparkPaths([1000, 0, 500, 0]).paths[0],
      sparkPaths([usd(1), 0, usd(3), 0]).paths[0],
    ]);
  });

  it('counts all agents of a run where the metrics say nothing of them', () => {
    const { ui, transport, store } = startMonitor();
    transport.sink.onRows({ t: 'rows', runs: [rowOf(open)] });
    store.flush();
    render(ui(<StatStripPrefab stats={['activeAgents']} />));
    expect(card(/^Active agents 2/)).toBeVisible();
  });
});

describe('the course of the figures', () => {
  it('is there at once: it follows from the runs that are held', () => {
    const { ui } = startMonitor({ events: call('r1', 'A', 'gpt-4o', 0.5, BASE_MS - 60_000) });
    const { container } = render(ui(<StatStripPrefab stats={['tokens']} />));
    const tokens = [...Array.from({ length: 12 }, () => 0), ...Array.from({ length: 12 }, () => 1200)];
    expect(container.querySelector('.sl-stat__spark path')?.getAttribute('d')).toBe(sparkPaths(tokens).paths[0]);
  });
});

describe('StatCard', () => {
  it('shows a trend by direction, and meaning only where the metric has one', () => {
    const { ui } = startMonitor();
    render(
      ui(
        <StatCard.Root label="Error rate 1.42 percent, up 0.61 points, warning" status="warn">
          <StatCard.Label status="warn">Error rate</StatCard.Label>
          <StatCard.Value value="1.42" unit="%" />
          <StatCard.Trend direction="up" text="0.61 pp" meaning="bad" />
        </StatCard.Root>,
      ),
    );
    expect(card(/^Error rate/)).toHaveAttribute('data-status', 'warn');
    expect(screen.getByText(/0\.61 pp/)).toHaveAttribute('data-trend', 'bad');
  });

  it('breaks its line where nothing is known', () => {
    expect(sparkPaths([1, 2, undefined, 4, 3]).paths).toHaveLength(2);
    expect(sparkPaths([1, 2, undefined]).last).toBeUndefined();
    expect(sparkPaths([1]).paths).toEqual([]);
    expect(sparkPaths([5, 5, 5])).toEqual({ paths: ['M0 12L30 12L60 12'], last: { x: 60, y: 12 } });
    expect(sparkPaths([0, 10]).paths).toEqual(['M0 22L60 2']);
  });
});

describe('CostCards', () => {
  const lines = () =>
    screen.getAllByRole('listitem').map((line) => [...line.children].slice(0, 3).map((cell) => cell.textContent));

  it('ranks by cost, with shares, and adds up', async () => {
    const { ui } = startMonitor({
      events: [...call('r1', 'Catalog Agent', 'gpt-4o', 3), ...call('r2', 'Billing Agent', 'gpt-4o-mini', 1)],
    });
    render(ui(<CostCardsPrefab />));
    expect(lines()).toEqual([
      ['Catalog Agent', '$3.00', '75%'],
      ['Billing Agent', '$1.00', '25%'],
    ]);
    expect(screen.getByText('$4.00')).toBeVisible();
    await userEvent.click(screen.getByRole('tab', { name: 'Model' }));
    expect(lines().map(([name]) => name)).toEqual(['gpt-4o', 'gpt-4o-mini']);
    await userEvent.click(screen.getByRole('tab', { name: 'Run' }));
    expect(lines().map(([name]) => name)).toEqual(['Run r1 r1', 'Run r2 r2']);
    await userEvent.click(screen.getByRole('tab', { name: 'Tool' }));
    expect(lines()).toEqual([['Not in a tool', '$4.00', '100%']]);
  });

  it('puts the rest of a long list into one line', () => {
    const { ui } = startMonitor({
      events: [8, 7, 6, 5, 4, 3, 2, 1].flatMap((dollars) => call(`r${dollars}`, `Agent ${dollars}`, 'gpt-4o', dollars)),
    });
    render(ui(<CostCardsPrefab />));
    expect(lines()).toHaveLength(6);
    expect(lines().at(-1)).toEqual(['3 others', '$6.00', '17%']);
    expect(screen.getByText('$36.00')).toBeVisible();
  });

  it('says what has no price instead of guessing it', () => {
    const { ui } = startMonitor({
      events: [...call('r1', 'Catalog Agent', 'gpt-4o', 3), ...call('r2', 'Billing Agent', 'secret-model', undefined)],
    });
    render(ui(<CostCardsPrefab />));
    expect(lines()).toEqual([
      ['Catalog Agent', '$3.00', '100%'],
      ['Billing Agent', '—unpriced', '—'],
    ]);
    expect(screen.getByText('≥$3.00')).toBeVisible();
    expect(screen.getByText('1 call has no price and is not in these sums')).toBeVisible();
  });

  it('is of one run where it is given one', () => {
    const { ui } = startMonitor({
      events: [...call('r1', 'Catalog Agent', 'gpt-4o', 3), ...call('r2', 'Billing Agent', 'gpt-4o', 1)],
    });
    render(ui(<CostCardsPrefab runId={'r2' as never} />));
    expect(lines()).toEqual([['Billing Agent', '$1.00', '100%']]);
    expect(screen.queryByRole('tab', { name: 'Run' })).not.toBeInTheDocument();
    expect(screen.getByText('this run')).toBeVisible();
  });

  it('is honest when there is nothing', () => {
    const { ui, ingest } = startMonitor();
    render(ui(<CostCardsPrefab />));
    const panel = screen.getByRole('region', { name: 'Cost' });
    expect(within(panel).getByText('No priced calls in this range')).toBeVisible();
    expect(within(panel).getByText('—')).toBeVisible();
    act(() => ingest(...call('r1', 'A', 'gpt-4o', 1)));
  });
});
