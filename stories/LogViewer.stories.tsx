import type { Meta, StoryObj } from '@storybook/react-vite';
import { LogViewerPrefab } from 'spanlight';
import type { MonitorEvent } from 'spanlight/store';
import { expect, waitFor } from 'storybook/test';
import { liveStory } from './support/liveStory.tsx';
import { onStage } from './support/MonitorStage.tsx';
import { createStoryHistory, type StoryHistoryOptions } from './support/storyHistory.ts';

/** The log, live and as far back as somebody asks. */
const meta = { title: 'Parts/LogViewer', component: LogViewerPrefab } satisfies Meta<typeof LogViewerPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

const NOW_MS = Date.UTC(2026, 10, 28, 14, 32, 7);
const liveLines = (count: number, everyMs: number): MonitorEvent[] =>
  Array.from(
    { length: count },
    (_, index) =>
      ({
        id: `live-${index}`,
        type: 'log',
        sv: 1,
        ts: NOW_MS + index * everyMs,
        run: 'run-1',
        span: 'span-1',
        a: { level: index % 9 === 4 ? 'warn' : index % 13 === 7 ? 'error' : 'info', sourceName: 'worker' },
        detail: { message: `tick ${index}: ${'handled one order and wrote it down '.repeat((index % 3) + 1)}` },
      }) as unknown as MonitorEvent,
  );
const stage = (options: Partial<StoryHistoryOptions> = {}, more: Partial<Parameters<typeof onStage>[0]> = {}) =>
  onStage({
    width: 760,
    events: liveLines(40, 700),
    history: () => createStoryHistory({ lines: 250, nowMs: NOW_MS, ...options }),
    ...more,
  });

export const Lines: Story = {
  decorators: [stage()],
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getByText(/tick 39/)).toBeVisible());
    canvas.getByRole('log').focus();
    await userEvent.keyboard('/');
    await userEvent.keyboard('tick 12');
    await waitFor(() => expect(canvas.getByText(/tick 12:/)).toBeVisible());
  },
};
/** Enter on a line shows its fields: when, where from, its whole text, and the way to its span. */
export const Opened: Story = {
  decorators: [stage()],
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getByText(/tick 39/)).toBeVisible());
    canvas.getByRole('log').focus();
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    await waitFor(() => expect(canvas.getByRole('button', { name: /tick 38/ })).toHaveFocus());
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(canvas.getByRole('button', { name: 'Open span' })).toBeVisible());
  },
};
export const OpenedDark: Story = { ...Opened, globals: { theme: 'dark' } };
export const Dark: Story = { decorators: [stage()], globals: { theme: 'dark' } };
export const Narrow: Story = { decorators: [stage({}, { width: 420 })] };
/** Time, level and source stay; the text is a chip. */
export const Redacted: Story = {
  decorators: [
    stage(
      { isRedacted: true },
      {
        roles: ['viewer'],
        events: liveLines(12, 700).map(
          ({ detail: _detail, ...event }) =>
            ({ ...event, refs: { message: { kind: 'text', sizeBytes: 64 } } }) as MonitorEvent,
        ),
      },
    ),
  ],
};
/** More than anybody can read: some of it, and how much is left out. */
export const Flood: Story = { decorators: [stage({}, { events: liveLines(3000, 1) })] };
/** Long lines over as many lines as they need. */
export const Wrapped: Story = {
  decorators: [stage({}, { width: 420 })],
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getByText(/tick 39/)).toBeVisible());
    await userEvent.click(canvas.getByRole('button', { name: 'Wrap' }));
  },
};
/** Someone reads further up: what comes is counted, and nothing moves. */
export const NewLines: Story = {
  decorators: [onStage({ width: 760, live: { ratePerSec: 200, historyMs: 10_000 }, hasHeldHistory: true })],
  play: async ({ canvas, userEvent }) => {
    (await canvas.findByRole('log', {}, { timeout: 8000 })).focus();
    await userEvent.keyboard('{ArrowUp}');
    await waitFor(() => expect(canvas.getByRole('button', { name: /new lines?$/ })).toBeVisible(), { timeout: 8000 });
  },
};
/** Older lines are on their way. */
export const OlderWaiting: Story = {
  decorators: [stage({ isSilent: true }, { events: liveLines(6, 700) })],
  play: async ({ canvas, userEvent }) => userEvent.click(canvas.getByRole('button', { name: /load older lines/i })),
};
/** Agents at work. */
export const Live = liveStory(<LogViewerPrefab />, { width: 760, hasHeldHistory: true }, { ratePerSec: 60 });
const goneAtMs = NOW_MS + 26_000;
/** Events are missing: a hatched line stands where theirs would be, with length, number and cause. */
export const Gap: Story = {
  decorators: [
    stage(
      {},
      { held: { gaps: [{ id: 'gap', why: 'producer', missingEvents: 38, fromMs: NOW_MS + 22_000, toMs: goneAtMs }] } },
    ),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByText(/events missing/i)[0]).toBeVisible());
  },
};
/** The line is down: what is held stays, as of the last good moment. */
export const Stale: Story = {
  decorators: [
    stage(
      {},
      {
        held: {
          connection: {
            phase: 'offline',
            sinceMs: goneAtMs,
            lastGoodAtMs: NOW_MS,
            code: 'transport.unreachable',
            isAuthFailure: false,
          },
        },
      },
    ),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/as of 14:32/i)).toBeVisible());
  },
};
/** Until the first snapshot: as many pale lines as fit. */
export const Waiting: Story = {
  decorators: [onStage({ width: 760, live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } })],
};
export const Empty: Story = { decorators: [stage({ lines: 0 }, { events: [] })] };
/** Older lines are asked for and do not come. */
export const Failed: Story = {
  decorators: [stage({ fault: 'history.unreachable' }, { events: liveLines(5, 700) })],
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole('button', { name: /load older/i }));
    await waitFor(() => expect(canvas.getByText(/could not load older lines/i)).toBeVisible());
  },
};
