import type { Meta, StoryObj } from '@storybook/react-vite';
import { ConnectionStatusPrefab } from 'spanlight';
import { expect, waitFor } from 'storybook/test';
import { onStage } from './support/MonitorStage.tsx';

/** Shape, word and numbers of the line to the relay, and what is behind them when it is opened. */
const meta = {
  title: 'Parts/ConnectionStatus',
  component: ConnectionStatusPrefab,
} satisfies Meta<typeof ConnectionStatusPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

/** Waits until the chip is in a phase. */
const reaches =
  (word: RegExp): NonNullable<Story['play']> =>
  async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('button', { name: word })).toBeVisible(), { timeout: 8000 });
  };

const fast = { historyMs: 5000, times: { offlineAfterMs: 1500 } };

/** Events come: rate and lag stand beside the word. */
export const Live: Story = { decorators: [onStage({ live: { ratePerSec: 40 } })], play: reaches(/live/i) };

/** The token was refused: sign in again. */
export const SessionExpired: Story = {
  decorators: [onStage({ live: fast, onLive: (simulator) => (simulator.refuseToken(), simulator.cut()) })],
  play: reaches(/session expired/i),
};
