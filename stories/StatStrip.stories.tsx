import type { Meta, StoryObj } from '@storybook/react-vite';
import { StatStripPrefab } from 'spanlight';
import { liveStory } from './support/liveStory.tsx';
import { onStage } from './support/MonitorStage.tsx';

/** The key figures in a row: value, unit, trend and a small line of how it went. */
const meta = {
  title: 'Parts/StatStrip',
  component: StatStripPrefab,
} satisfies Meta<typeof StatStripPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

export const Full: Story = { decorators: [onStage({ scenario: 'dashboard', untilMs: 42_000 })] };
export const Live = liveStory(<StatStripPrefab />, {}, { ratePerSec: 60, errorRate: 0.3 });
/** Three figures, chosen and ordered by the host. */
export const Chosen: Story = { ...Full, args: { stats: ['errorRate', 'costToday', 'runningRuns'] } };
/** Until the first snapshot: skeletons as wide as a figure. */
export const Waiting: Story = {
  decorators: [onStage({ live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } })],
};
/** Events are missing: counts are lower bounds. */
export const Gap: Story = {
  decorators: [onStage({ live: { ratePerSec: 60 }, onLive: (simulator) => simulator.loseEvents(40) })],
};
/** Cells wrap at 150 px. */
export const Narrow: Story = { decorators: [onStage({ width: 420, scenario: 'dashboard', untilMs: 42_000 })] };
export const Dark: Story = { ...Full, globals: { theme: 'dark' } };
/** No data is a dash, never a zero. */
export const Empty: Story = { decorators: [onStage({ events: [] })] };
/** As of the last good moment. */
export const Stale: Story = {
  decorators: [onStage({ live: { ratePerSec: 40 }, onLive: (simulator) => simulator.goOffline() })],
};
