import type { Meta, StoryObj } from '@storybook/react-vite';
import { DashboardPrefab } from 'spanlight';
import { type ScenarioName, scenarioNames } from 'spanlight/simulator';
import { expect, waitFor } from 'storybook/test';
import { type LiveControls, liveArgTypes } from './support/liveStory.tsx';
import { MonitorStage, onStage, type StageOptions } from './support/MonitorStage.tsx';

interface Controls extends LiveControls {
  /** Endless mixed traffic, or one scenario played once. */
  scenario: ScenarioName | 'traffic';
}

/** The whole screen on agents at work. Rate, error rate and seed are controls; theme, density and role are in the toolbar. */
const meta = {
  title: 'Screens/Dashboard',
  args: { ratePerSec: 30, errorRate: 0.15, seed: 7, scenario: 'traffic' },
  argTypes: {
    ...liveArgTypes,
    scenario: { control: { type: 'select' }, options: ['traffic', ...scenarioNames] },
  },
  render: ({ ratePerSec, errorRate, seed, scenario }, { globals, parameters }) => (
    <MonitorStage
      theme={globals['theme']}
      density={globals['density']}
      role={globals['role']}
      hasHeldHistory
      {...(parameters['stage'] as StageOptions | undefined)}
      live={{ ratePerSec, errorRate, seed, scenario, ...(parameters['stage'] as StageOptions | undefined)?.live }}
    >
      <DashboardPrefab />
    </MonitorStage>
  ),
} satisfies Meta<Controls>;
export default meta;
type Story = StoryObj<Controls>;

export const Live: Story = {
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(6), { timeout: 8000 });
  },
};
export const Dark: Story = { globals: { theme: 'dark' } };
/** A viewer sees times, tokens, costs and names, and no content. */
export const AsViewer: Story = { globals: { role: 'viewer' } };
/** The drawer of a host: one column with tabs. */
export const Narrow: Story = { parameters: { stage: { width: 420 } } };
/** Thousands of events a second. */
export const Burst: Story = { args: { ratePerSec: 2000 }, parameters: { stage: { live: { historyMs: 2000 } } } };
/** Nothing has come yet. */
export const Empty: Story = {
  render: () => <DashboardPrefab />,
  decorators: [onStage({ events: [] })],
};
/** The reference picture, standing still. */
export const Reference: Story = {
  render: () => <DashboardPrefab />,
  decorators: [
    onStage({
      scenario: 'dashboard',
      untilMs: 41_200,
      hasHeldHistory: true,
      held: {
        connection: { phase: 'live', sinceMs: 0, kind: 'websocket' },
        throughput: { eventsPerSec: 42, lagMs: 300 },
      },
      openSpan: ({ runId, status }) => runId === 'run_8f2c41' && status === 'error',
    }),
  ],
};
const reference: StageOptions = { scenario: 'dashboard', untilMs: 41_200, hasHeldHistory: true };
/** From 800 to 1200 px of its own width: two columns. */
export const Medium: Story = {
  render: () => <DashboardPrefab />,
  decorators: [onStage({ ...reference, width: 1000, openSpan: ({ status }) => status === 'error' })],
};
/** For fingers: rows and controls of 44 px. */
export const Touch: Story = { ...Reference, globals: { density: 'touch' } };
/** Words from right to left, times from left to right. */
export const RightToLeft: Story = { ...Reference, globals: { dir: 'rtl' } };
/** An earlier moment: the bar says which, and leads back. */
export const Past: Story = {
  render: () => <DashboardPrefab />,
  decorators: [onStage({ ...reference, held: { view: { mode: 'past', atMs: Date.UTC(2026, 10, 21, 14, 32, 36) } } })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('button', { name: 'Back to live' })).toBeVisible());
  },
};
/** Until the first snapshot. */
export const Waiting: Story = {
  parameters: {
    stage: { live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } } satisfies StageOptions,
  },
};
/** Events are missing: every list, axis and sum says so. */
export const Gap: Story = {
  parameters: { stage: { onLive: (simulator) => simulator.loseEvents(40) } satisfies StageOptions },
};
/** A person holds the view still: what comes meanwhile is counted. */
export const Paused: Story = {
  parameters: {
    stage: {
      onStore: (store) => {
        const stop = store.subscribe(() => {
          if (store.getState().connection.phase !== 'live' || store.getState().runIds.length === 0) return;
          stop();
          store.pause();
        });
      },
    } satisfies StageOptions,
  },
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/^\d+ waiting$/)).toBeVisible(), { timeout: 8000 });
  },
};
/** The line is down: everything stays, greyed, as of its last good moment. */
export const Offline: Story = {
  parameters: { stage: { onLive: (simulator) => simulator.goOffline() } satisfies StageOptions },
};
