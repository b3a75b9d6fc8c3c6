import type { Meta, StoryObj } from '@storybook/react-vite';
import { type ShownStatus, StatusIcon } from 'spanlight';
import { expect } from 'storybook/test';
import { Gallery } from './support/Gallery.tsx';
import { onStage } from './support/MonitorStage.tsx';

/** A status as a silhouette and a word: shape, hue and text say the same. */
const meta = {
  title: 'Parts/StatusIcon',
  component: StatusIcon,
  args: { status: 'running' },
  decorators: [onStage({ events: [] })],
} satisfies Meta<typeof StatusIcon>;
export default meta;
type Story = StoryObj<typeof meta>;

const statuses: readonly ShownStatus[] = ['ok', 'error', 'warn', 'running', 'waiting', 'queued', 'cancelled', 'stale'];

export const All: Story = {
  render: () => (
    <Gallery items={statuses} columns={['s', 'm', 'l']}>
      {(status, size) => <StatusIcon status={status} size={size} />}
    </Gallery>
  ),
  play: async ({ canvas }) => {
    await expect(canvas.getAllByText('Waiting for approval').length).toBe(3);
  },
};
export const Dark: Story = { ...All, globals: { theme: 'dark' } };
/** A word of the host's own. */
export const OwnWord: Story = { args: { status: 'stale', label: 'No signal since 14:31:52' } };
