import type { Meta, StoryObj } from '@storybook/react-vite';
import { SpanTreePrefab } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import { expect, waitFor } from 'storybook/test';
import { liveStory } from './support/liveStory.tsx';
import { onStage } from './support/MonitorStage.tsx';

/** A run as a tree of spans with their waterfall: one treegrid, windowed, live. */
const meta = {
  title: 'Parts/SpanTree',
  component: SpanTreePrefab,
} satisfies Meta<typeof SpanTreePrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

const panel = { width: 760, height: 520 };

/** The run of the reference picture, while its last tool call is still running. */
export const SupportTriage: Story = {
  decorators: [onStage({ ...panel, scenario: 'mock', untilMs: 41_200 })],
};
export const Dark: Story = { ...SupportTriage, globals: { theme: 'dark' } };
/** 420 px: the bar stands below its name. */
export const Narrow: Story = {
  decorators: [onStage({ width: 420, height: 560, scenario: 'mock', untilMs: 41_200 })],
};
export const Touch: Story = { ...SupportTriage, globals: { density: 'touch' } };
export const RightToLeft: Story = { ...SupportTriage, globals: { dir: 'rtl' } };

/** True parents, with task and turn rows. */
export const Exact: Story = { ...SupportTriage, args: { defaultLayout: 'exact' } };

/** The reference run while it happens: the now-line moves, bars grow, rows come without moving what is read. */
export const Growing: Story = {
  decorators: [onStage({ ...panel, live: { scenario: 'mock', historyMs: 20_000 } })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(5), { timeout: 8000 });
  },
};

/** The newest of many runs, agents at work. */
export const Live = liveStory(<SpanTreePrefab />, panel);

/** Until the first snapshot: pale rows. */
export const Waiting: Story = {
  decorators: [onStage({ ...panel, live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } })],
};

/** The line is down: running bars end at the last event, the now-line is dashed. */
export const Stale: Story = {
  decorators: [
    onStage({
      ...panel,
      live: { scenario: 'mock', historyMs: 20_000, times: { offlineAfterMs: 600, backoff: { minMs: 20, maxMs: 60 } } },
      onLive: (simulator) => simulator.goOffline(),
    }),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(5), { timeout: 8000 });
  },
};

/** The line went down before all spans came: how many are missing, and a way to try again. */
export const CouldNotLoad: Story = {
  decorators: [
    onStage({
      ...panel,
      scenario: 'mock',
      untilMs: 20_000,
      unloadedSpans: 212,
      held: { connection: { phase: 'offline', sinceMs: 0, code: 'transport.unreachable', isAuthFailure: false } },
    }),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/could not load \d+ spans/i)).toBeVisible());
    await expect(canvas.getByRole('button', { name: 'Retry' })).toBeEnabled();
  },
};

/** Events are missing: one hatch across all rows. */
export const Gap: Story = {
  decorators: [
    onStage({
      ...panel,
      live: { scenario: 'mock', historyMs: 20_000 },
      onLive: (simulator) => simulator.loseEvents(3),
    }),
  ],
};

/** A viewer sees names, times, tokens and costs. */
export const AsViewer: Story = { ...Growing, globals: { role: 'viewer' } };

/** A child that comes before its parent hangs under "Parent not received", which is filled in place. */
export const LateParent: Story = {
  decorators: [onStage({ ...panel, scenario: 'late-parent', untilMs: 1500 })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByText(/parent not received/i)[0]).toBeVisible());
  },
};

/** A child whose clock is off is drawn where it said, with a note. */
export const ClockSkew: Story = { decorators: [onStage({ ...panel, scenario: 'clock-skew' })] };
export const Retries: Story = { decorators: [onStage({ ...panel, scenario: 'retry-fallback' })] };
export const FailedRun: Story = {
  decorators: [onStage({ ...panel, scenario: 'failing-run', openSpan: ({ status }) => status === 'error' })],
};
export const WaitsForAPerson: Story = { decorators: [onStage({ ...panel, scenario: 'approval-wait' })] };
export const AgentsAsTools: Story = { decorators: [onStage({ ...panel, scenario: 'agents-as-tools' })] };
/** Names that try to be markup, links or control characters are text. */
export const HostileNames: Story = { decorators: [onStage({ ...panel, scenario: 'hostile-text' })] };
/** 10,000 spans: the page holds only what is seen. */
export const TenThousand: Story = {
  decorators: [
    onStage({ ...panel, events: simulateRun({ scenario: 'large-trace', seed: 1, spans: 10_000, content: 'refs' }) }),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(10));
    await expect(canvas.getAllByRole('row').length).toBeLessThan(60);
  },
};
export const NothingOpen: Story = {
  decorators: [onStage({ ...panel, scenario: 'mock', open: 'nothing' })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/select a run/i)).toBeVisible());
  },
};

/** Zoomed in: bars fade where the view cuts them. */
export const Zoomed: Story = {
  ...SupportTriage,
  play: async ({ canvas, userEvent }) => {
    const zoomIn = canvas.getByRole('button', { name: 'Zoom in' });
    for (let times = 0; times < 4; times += 1) await userEvent.click(zoomIn);
    await waitFor(() => expect(canvas.getByRole('button', { name: 'Show all' })).not.toHaveAttribute('aria-disabled'));
  },
};
/** The keys, behind the question mark. */
export const Keys: Story = {
  ...SupportTriage,
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: /keyboard shortcuts|keys of the waterfall/i }));
    await waitFor(() => expect(canvas.getByRole('dialog')).toBeVisible());
  },
};

/** Down with the arrow keys, open and close with left and right. */
export const KeyboardAlone: Story = {
  ...SupportTriage,
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getAllByRole('row').length).toBeGreaterThan(4));
    await userEvent.tab();
    for (let tries = 0; tries < 12 && !document.activeElement?.matches('[role=row]'); tries += 1) await userEvent.tab();
    await expect(document.activeElement).toHaveAttribute('role', 'row');
    const before = document.activeElement?.getAttribute('aria-rowindex');
    await userEvent.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-rowindex')).not.toBe(before));
  },
};
