import type { Meta, StoryObj } from '@storybook/react-vite';
import { ConnectionStatusPrefab } from 'spanlight';
import { expect, waitFor } from 'storybook/test';
import { liveStory } from './support/liveStory.tsx';
import { onStage } from './support/MonitorStage.tsx';

/** Shape, word and numbers of the line to the relay, and what is behind them when it is opened. */
const meta = {
  title: 'Parts/ConnectionStatus',
  component: ConnectionStatusPrefab,
} satisfies Meta<typeof ConnectionStatusPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

/** Waits until the chip says a word. */
const reaches =
  (word: RegExp): NonNullable<Story['play']> =>
  async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('button', { name: word })).toBeVisible(), { timeout: 8000 });
  };

/** Times of a session that waits for nobody, so that a story reaches its state at once. */
const hurried = { historyMs: 5000, times: { offlineAfterMs: 1200, backoff: { minMs: 20, maxMs: 60 } } };

/** Events come: rate and lag stand beside the word. */
export const Live = { ...liveStory(<ConnectionStatusPrefab />), play: reaches(/live/i) };

/** Nothing has come yet. */
export const Connecting: Story = {
  decorators: [onStage({ live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } })],
  play: reaches(/connecting/i),
};

/** The line is back and brings what was missed. */
export const CatchingUp: Story = {
  decorators: [
    onStage({
      scenario: 'dashboard',
      held: { connection: { phase: 'catching-up', sinceMs: 0, kind: 'websocket', missedEvents: 1204 } },
    }),
  ],
  play: reaches(/replaying.*1,204 events/i),
};

/** A person holds the view still; the store goes on and counts what waits. */
export const Paused: Story = {
  decorators: [
    onStage({
      live: { ratePerSec: 60, historyMs: 5000 },
      onStore: (store) => {
        const stop = store.subscribe(() => {
          if (store.getState().connection.phase !== 'live') return;
          stop();
          store.pause();
        });
      },
    }),
  ],
  play: reaches(/paused/i),
};

/** An earlier moment is shown; the way back is one click. */
export const Past: Story = {
  decorators: [
    onStage({ scenario: 'dashboard', held: { view: { mode: 'past', atMs: Date.UTC(2026, 10, 21, 14, 29, 3) } } }),
  ],
  play: reaches(/viewing 14:29:03/i),
};

/** No relay at all: the host feeds the store by hand. */
export const LocalData: Story = { decorators: [onStage({ scenario: 'dashboard' })], play: reaches(/local data/i) };

/** Everything comes four seconds late. */
export const Slow: Story = {
  decorators: [onStage({ live: { ratePerSec: 60 }, onLive: (simulator) => simulator.setLag(4000) })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('button', { name: /behind/i })).toBeVisible(), { timeout: 14_000 });
  },
};

/** The line broke and is being opened again. */
export const Reconnecting: Story = {
  decorators: [
    onStage({
      live: { historyMs: 5000, times: { backoff: { minMs: 4000, maxMs: 8000 } } },
      onLive: (simulator) => simulator.goOffline(),
    }),
  ],
  play: reaches(/reconnecting/i),
};

/** It has been down for a minute (here for a second). */
export const Offline: Story = {
  decorators: [onStage({ live: hurried, onLive: (simulator) => simulator.goOffline() })],
  play: reaches(/offline/i),
};

/** The token was refused: the host asks the person to sign in again. */
export const SessionExpired: Story = {
  decorators: [
    onStage({
      live: hurried,
      onLive: (simulator) => {
        simulator.refuseToken();
        simulator.cut();
      },
    }),
  ],
  play: reaches(/session expired/i),
};

const live = { phase: 'live', sinceMs: 0, kind: 'websocket' } as const;

/** A part of the relay does not work, and it goes on: what is shown stays true. */
export const Degraded: Story = {
  decorators: [
    onStage({
      scenario: 'dashboard',
      held: { connection: live, degraded: { causes: ['fan-out'], sinceMs: Date.UTC(2026, 10, 21, 14, 29, 3) } },
    }),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText('Relay cache down')).toBeVisible());
  },
};

/** A proxy lets no WebSocket through: a lesser wire carries, and a quiet word says so. */
export const Fallback: Story = {
  decorators: [onStage({ scenario: 'dashboard', held: { connection: { ...live, kind: 'sse' } } })],
  play: reaches(/live.*by SSE/i),
};

/** What stands behind the word, opened. */
export const Details: Story = {
  decorators: [
    onStage({
      scenario: 'dashboard',
      held: {
        connection: { ...live, kind: 'polling' },
        degraded: { causes: ['fan-out', 'redis-events'], sinceMs: Date.UTC(2026, 10, 21, 14, 29, 3) },
      },
      height: 420,
    }),
  ],
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getByRole('button', { name: /live/i })).toBeVisible(), { timeout: 8000 });
    await userEvent.click(canvas.getByRole('button', { name: /live/i }));
    await waitFor(() => expect(canvas.getByText('Polling')).toBeVisible());
  },
};

/** Events were lost; the popover counts them. */
export const Gap: Story = {
  decorators: [onStage({ live: { ratePerSec: 40 }, onLive: (simulator) => simulator.loseEvents(38) })],
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getByRole('button', { name: /live/i })).toBeVisible(), { timeout: 8000 });
    await userEvent.click(canvas.getByRole('button', { name: /live/i }));
    await waitFor(() => expect(canvas.getByRole('dialog')).toBeVisible());
  },
};
