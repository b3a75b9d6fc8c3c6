import type { Meta, StoryObj } from '@storybook/react-vite';
import { RoleChip } from 'spanlight';
import { expect, waitFor } from 'storybook/test';
import { onStage, type StageOptions } from './support/MonitorStage.tsx';

/** Who is looking, with which roles; a lock where content is not to be read. */
const meta = {
  title: 'Parts/RoleChip',
  component: RoleChip,
} satisfies Meta<typeof RoleChip>;
export default meta;
type Story = StoryObj<typeof meta>;

const as = (...roles: NonNullable<StageOptions['roles']>) => onStage({ live: { ratePerSec: 5, historyMs: 0 }, roles });
const says =
  (words: RegExp): NonNullable<Story['play']> =>
  async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(words)).toBeVisible(), { timeout: 8000 });
  };

export const Viewer: Story = { decorators: [as('viewer')], play: says(/viewer/i) };
export const Operator: Story = { decorators: [as('operator')], play: says(/operator/i) };
export const Developer: Story = { decorators: [as('developer')], play: says(/developer/i) };
/** Roles add up. */
export const DeveloperAndApprover: Story = {
  decorators: [as('developer', 'approver')],
  play: says(/developer, approver/i),
};
/** Nothing is granted until the relay has said what. */
export const NoRole: Story = {
  decorators: [onStage({ live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } })],
};
export const Dark: Story = { ...Developer, globals: { theme: 'dark' } };
