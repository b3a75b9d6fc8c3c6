import type { Meta, StoryObj } from '@storybook/react-vite';
import { CostCardsPrefab } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import { expect, waitFor } from 'storybook/test';
import { liveStory } from './support/liveStory.tsx';
import { onStage } from './support/MonitorStage.tsx';

/** What the runs cost, by agent, model, tool and run. Bars add up to the total; what has no price says so. */
const meta = {
  title: 'Parts/CostCards',
  component: CostCardsPrefab,
} satisfies Meta<typeof CostCardsPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

const column = { width: 380 };

export const ByAgent: Story = { decorators: [onStage({ ...column, scenario: 'dashboard' })] };
export const ByModel: Story = {
  ...ByAgent,
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('tab', { name: /model/i }));
    await waitFor(() => expect(canvas.getByText('gpt-4o')).toBeVisible());
  },
};
const byTab = (name: string): Story => ({
  ...ByAgent,
  play: async ({ canvas, userEvent }) => {
    const tab = canvas.getByRole('tab', { name });
    await userEvent.click(tab);
    await waitFor(() => expect(tab).toHaveAttribute('aria-selected', 'true'));
  },
});
export const ByTool = byTab('Tool');
export const ByRun = byTab('Run');
export const Dark: Story = { ...ByAgent, globals: { theme: 'dark' } };
/** One run turns dear. */
export const CostSpike: Story = { decorators: [onStage({ ...column, scenario: 'cost-spike' })] };
/** Nobody priced these calls: tokens are counted, the cost is unknown, not zero. */
export const Unpriced: Story = {
  decorators: [onStage({ ...column, events: simulateRun({ scenario: 'support-handoff', seed: 3, hasPrices: false }) })],
};
export const Empty: Story = { decorators: [onStage({ ...column, events: [] })] };
/** Until the first snapshot: lines shaped like what comes. */
export const Waiting: Story = {
  decorators: [onStage({ ...column, live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } })],
};
/** Events are missing: sums are lower bounds. */
export const Gap: Story = {
  decorators: [
    onStage({ ...column, scenario: 'dashboard', held: { gaps: [{ id: 'gap', why: 'producer', fromMs: 1, toMs: 2 }] } }),
  ],
};
export const Live = liveStory(<CostCardsPrefab />, column, { ratePerSec: 40 });
/** As of the last good moment. */
export const Stale: Story = {
  decorators: [onStage({ ...column, live: { ratePerSec: 40 }, onLive: (simulator) => simulator.goOffline() })],
};
