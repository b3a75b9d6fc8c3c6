import type { Meta, StoryObj } from '@storybook/react-vite';
import { RedactedChip } from 'spanlight';
import { expect } from 'storybook/test';
import { onStage } from './support/MonitorStage.tsx';

/** Stands where the server removed content: says what was there. Nothing of it is in the page. */
const meta = {
  title: 'Parts/RedactedChip',
  component: RedactedChip,
  args: { what: '3 messages, 2.1 kB' },
  decorators: [onStage({ events: [] })],
} satisfies Meta<typeof RedactedChip>;
export default meta;
type Story = StoryObj<typeof meta>;

export const Content: Story = {
  play: async ({ canvas }) => {
    await expect(canvas.getByText('3 messages, 2.1 kB')).toBeVisible();
  },
};
/** A part of a text that a rule took out. */
export const Field: Story = { args: { what: 'email' } };
/** The reason shows on hover and focus. */
export const WithReason: Story = { args: { reason: 'your role does not include reading content' } };
export const Dark: Story = { ...Content, globals: { theme: 'dark' } };
