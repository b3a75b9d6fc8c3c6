import type { Meta, StoryObj } from '@storybook/react-vite';
import { PermissionGate } from 'spanlight';
import { expect, waitFor } from 'storybook/test';
import { onStage } from './support/MonitorStage.tsx';

/** Shows its content to who has a capability; others see nothing, a disabled control with its reason, or a placeholder. */
const meta = {
  title: 'Parts/PermissionGate',
  component: PermissionGate,
  args: { needs: 'approvals.decide', children: <button type="button">Approve refund</button> },
} satisfies Meta<typeof PermissionGate>;
export default meta;
type Story = StoryObj<typeof meta>;

const as = (role: 'viewer' | 'approver') => onStage({ live: { ratePerSec: 5 }, roles: [role] });

export const Allowed: Story = {
  decorators: [as('approver')],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('button', { name: 'Approve refund' })).toBeEnabled(), {
      timeout: 8000,
    });
  },
};
export const Hidden: Story = {
  args: { mode: 'hide' },
  decorators: [as('viewer')],
  play: async ({ canvas }) => {
    await expect(canvas.queryByRole('button', { name: 'Approve refund' })).toBeNull();
  },
};
export const Disabled: Story = { args: { mode: 'disable' }, decorators: [as('viewer')] };
export const Placeholder: Story = { args: { mode: 'placeholder' }, decorators: [as('viewer')] };
