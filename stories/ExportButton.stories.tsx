import type { Meta, StoryObj } from '@storybook/react-vite';
import { ExportButtonPrefab } from 'spanlight';
import { expect, waitFor } from 'storybook/test';
import { onStage } from './support/MonitorStage.tsx';

/** Saves the selected run, or what a list is filtered to, as a file. */
const meta = {
  title: 'Parts/ExportButton',
  component: ExportButtonPrefab,
  args: { source: { exportRuns: async () => new Blob(['{}']) } },
  decorators: [onStage({ scenario: 'support-handoff' })],
} satisfies Meta<typeof ExportButtonPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

/** A developer may take content along, by an explicit choice. */
export const Run: Story = {};

/** One button, the choices behind it: for a toolbar. */
export const Menu: Story = {
  args: { layout: 'menu' },
  play: async ({ canvas, userEvent }) => {
    const trigger = canvas.getByRole('button', { name: 'Export' });
    trigger.focus();
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(canvas.getByRole('button', { name: 'Export this run' })).toBeVisible());
    await expect(trigger).toHaveAttribute('aria-expanded', 'true');
  },
};

/** What a list is filtered to. */
export const List: Story = { args: { scope: 'list', query: { statuses: ['failed'] } } };

/** The relay refused or did not answer: the code says which. */
export const Failed: Story = {
  args: { source: { exportRuns: () => Promise.reject(new Error('no')) } },
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: /export/i }));
    await waitFor(() => expect(canvas.getByText(/export.failed/)).toBeVisible());
  },
};
