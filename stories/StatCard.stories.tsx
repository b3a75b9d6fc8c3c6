import type { Meta, StoryObj } from '@storybook/react-vite';
import { StatCard } from 'spanlight';
import { onStage } from './support/MonitorStage.tsx';

/** A figure of the host's own, from the parts that the strip is made of. */
const meta = {
  title: 'Parts/StatCard',
  component: StatCard.Root,
  args: { label: 'Refunds 42' },
  decorators: [onStage({ width: 200, events: [] })],
} satisfies Meta<typeof StatCard.Root>;
export default meta;
type Story = StoryObj<typeof meta>;

export const Full: Story = {
  args: {
    label: 'Error rate 1.42 percent, up 0.61 points, warning',
    status: 'warn',
    children: (
      <>
        <StatCard.Label status="warn">Error rate</StatCard.Label>
        <StatCard.Value value="1.42" unit="%" exact="1.4207 %" />
        <StatCard.Trend direction="up" text="0.61 pp" meaning="bad" />
        <StatCard.Sparkline values={[0.8, 0.7, 0.9, undefined, 1.1, 1.3, 1.42]} tone="attn" />
        <StatCard.Foot tone="attn">3 of 211 runs failed</StatCard.Foot>
      </>
    ),
  },
};
/** It got better: green words, no red anywhere. */
export const Better: Story = {
  args: {
    label: 'Latency 1.2 seconds, down 0.3 seconds',
    children: (
      <>
        <StatCard.Label>Latency</StatCard.Label>
        <StatCard.Value value="1.2" unit="s" />
        <StatCard.Trend direction="down" text="0.3 s" meaning="good" />
      </>
    ),
  },
};
/** Neither way is better: grey. */
export const Neutral: Story = {
  args: {
    label: 'Runs 211, up 12',
    children: (
      <>
        <StatCard.Label>Runs</StatCard.Label>
        <StatCard.Value value="211" />
        <StatCard.Trend direction="up" text="12" />
      </>
    ),
  },
};
export const Failed: Story = {
  args: {
    label: 'Failed runs 3',
    status: 'error',
    children: (
      <>
        <StatCard.Label status="error">Failed runs</StatCard.Label>
        <StatCard.Value value="3" />
      </>
    ),
  },
};
export const Waiting: Story = {
  args: {
    label: 'Waiting runs 1',
    status: 'waiting',
    children: (
      <>
        <StatCard.Label status="waiting">Waiting</StatCard.Label>
        <StatCard.Value value="1" />
      </>
    ),
  },
};
/** As wide as the figure that comes. */
export const Loading: Story = {
  args: {
    label: 'Tokens, loading',
    children: (
      <>
        <StatCard.Label>Tokens</StatCard.Label>
        <StatCard.Skeleton />
      </>
    ),
  },
};
export const CouldNotLoad: Story = {
  args: {
    label: 'Tokens, could not be loaded',
    children: (
      <>
        <StatCard.Label>Tokens</StatCard.Label>
        <StatCard.Value value="—" />
        <StatCard.Error>The relay did not answer</StatCard.Error>
      </>
    ),
  },
};
export const Stale: Story = {
  args: {
    label: 'Runs 211, as of 14:31:52',
    isStale: true,
    children: (
      <>
        <StatCard.Label>Runs</StatCard.Label>
        <StatCard.Value value="211" />
        <StatCard.Foot>as of 14:31:52</StatCard.Foot>
      </>
    ),
  },
};
export const Dark: Story = { ...Full, globals: { theme: 'dark' } };
