import type { Meta, StoryObj } from '@storybook/react-vite';
import { RunListPrefab } from 'spanlight';
import { expect, waitFor } from 'storybook/test';
import { type LiveStory, liveStory } from './support/liveStory.tsx';
import { onStage } from './support/MonitorStage.tsx';
import { createStoryHistory } from './support/storyHistory.ts';

/** The runs, newest first: tabs, search, a list that holds still while someone reads it. */
const meta = {
  title: 'Parts/RunList',
  component: RunListPrefab,
} satisfies Meta<typeof RunListPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

const column = { width: 340, height: 560 };

/** Running, waiting, failed and ended runs, as the reference picture has them. */
export const Mixed: Story = {
  decorators: [onStage({ ...column, scenario: 'dashboard', untilMs: 42_000 })],
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('tab', { name: /failed/i }));
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(0));
    await userEvent.click(canvas.getByRole('tab', { name: /^all/i }));
  },
};

/** Agents at work; new runs wait behind a button while the pointer is inside. */
export const Live = liveStory(<RunListPrefab />, column);

/** What came while the pointer is inside waits behind a button. */
export const NewRuns: Story = {
  decorators: [onStage({ ...column, live: { ratePerSec: 200, historyMs: 30_000 } })],
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(3), { timeout: 8000 });
    await userEvent.hover(canvas.getByRole('grid'));
    await waitFor(() => expect(canvas.getByRole('button', { name: /new runs?$/ })).toBeVisible(), { timeout: 8000 });
  },
};

/** Until the first snapshot: rows shaped like runs. */
export const Waiting: Story = {
  decorators: [onStage({ ...column, live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } })],
};

/** A viewer sees names and ids that are harmless; people are pseudonyms, reasons are class and code. */
export const AsViewer: LiveStory = {
  ...Live,
  globals: { role: 'viewer' },
};

/** A narrow column: two lines a row. */
export const Narrow: Story = {
  decorators: [onStage({ width: 300, height: 420, scenario: 'dashboard', untilMs: 42_000 })],
};

export const Dark: Story = { ...Mixed, globals: { theme: 'dark' } };

/** No event has come yet. */
export const Empty: Story = {
  decorators: [onStage({ ...column, events: [] })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/no runs yet/i)).toBeVisible());
  },
};

/** A tab with nothing in it says that this is good news. */
export const NoneFailed: Story = {
  args: { defaultTab: 'failed' },
  decorators: [onStage({ ...column, scenario: 'quick-answer' })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/no run has failed/i)).toBeVisible());
  },
};

/** A filter that nothing meets offers to clear itself. */
export const NothingMatches: Story = {
  args: { text: 'no such run' },
  decorators: [onStage({ ...column, scenario: 'dashboard' })],
};

/** Events are missing: a hatched row stands where they would be. */
export const Gap: Story = {
  decorators: [onStage({ ...column, live: { ratePerSec: 30 }, onLive: (simulator) => simulator.loseEvents(40) })],
};

/** The relay lost its memory: what is held stays, marked as from before the restart. */
export const BeforeRestart: Story = {
  decorators: [
    onStage({
      ...column,
      live: { ratePerSec: 30, historyMs: 20_000 },
      onLive: (simulator) => simulator.restartRelay(),
    }),
  ],
};

/** The line is down: rows stay, elapsed times stand still. */
export const Stale: Story = {
  decorators: [onStage({ ...column, live: { ratePerSec: 30 }, onLive: (simulator) => simulator.goOffline() })],
};

/** The store holds five runs at most; the foot says how many it let go. */
export const LetGo: Story = {
  decorators: [onStage({ ...column, scenario: 'dashboard', limits: { runs: 5 } })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/let go/i)).toBeVisible());
  },
};

/** Arrow keys move, Enter opens, Shift+F10 shows what can be done with a run. */
export const KeyboardAlone: Story = {
  decorators: [onStage({ ...column, scenario: 'dashboard', untilMs: 42_000, open: 'nothing' })],
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(2));
    const [first, second] = canvas.getAllByRole('row');
    first?.focus();
    await userEvent.keyboard('{ArrowDown}');
    await waitFor(() => expect(second).toHaveFocus());
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(second).toHaveAttribute('aria-selected', 'true'));
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await waitFor(() => expect(canvas.getByRole('menuitem', { name: /copy run id/i })).toBeVisible());
  },
};

/** Hundreds of runs: only the visible rows are in the page. */
export const Many: Story = {
  decorators: [onStage({ ...column, live: { ratePerSec: 60, historyMs: 900_000 } })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(5), { timeout: 8000 });
    await expect(canvas.getAllByRole('row').length).toBeLessThan(60);
  },
};

const older = (options: Partial<Parameters<typeof createStoryHistory>[0]> = {}) =>
  onStage({
    ...column,
    scenario: 'dashboard',
    untilMs: 42_000,
    open: 'nothing',
    history: (nowMs) => createStoryHistory({ runs: 14, nowMs, ...options }),
  });

/** Older runs come from the history when the end is reached, down to the last one. */
export const Older: Story = {
  decorators: [older()],
  play: async ({ canvas, userEvent }) => {
    const before = canvas.getAllByRole('row').length;
    await userEvent.click(canvas.getByRole('button', { name: /load older runs/i }));
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(before + 5));
  },
};
export const OlderDark: Story = { ...Older, globals: { theme: 'dark' } };
/** They are on their way: rows shaped like runs. */
export const OlderWaiting: Story = {
  decorators: [older({ isSilent: true })],
  play: async ({ canvas, userEvent }) => userEvent.click(canvas.getByRole('button', { name: /load older runs/i })),
};
/** They did not come; what is held stays. */
export const OlderFailed: Story = {
  decorators: [older({ fault: 'history.unreachable' })],
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: /load older runs/i }));
    await waitFor(() => expect(canvas.getByText(/could not load older runs/i)).toBeVisible());
  },
};
/** Search, agent and model narrow the list, held and older alike. */
export const Filtered: Story = {
  decorators: [older()],
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: /search runs/i }));
    const [, agent] = canvas.getByRole<HTMLSelectElement>('combobox', { name: 'Agent' }).options;
    await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'Agent' }), agent?.value ?? '');
  },
};
