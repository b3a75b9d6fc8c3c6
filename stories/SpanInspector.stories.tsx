import type { Meta, StoryObj } from '@storybook/react-vite';
import { SpanInspectorPrefab } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import type { Span } from 'spanlight/store';
import { expect, waitFor } from 'storybook/test';
import { type LiveControls, liveStory } from './support/liveStory.tsx';
import { onStage } from './support/MonitorStage.tsx';

/** All about one span: what failed, what it was given and returned, messages, attributes, usage, JSON. */
const meta = {
  title: 'Parts/SpanInspector',
  component: SpanInspectorPrefab,
} satisfies Meta<typeof SpanInspectorPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

const panel = { width: 420, height: 620 };
const redacted = {
  order: 'A-1042',
  contact: { redacted: 'email', size: 21, reason: 'privacy policy' },
  account: { redacted: 'customer number', size: 13 },
  note: { redacted: 'text', size: 1_204 },
};
const isModelCall = ({ kind }: Span) => kind === 'llm';
const isToolCall = ({ kind }: Span) => kind === 'tool';
const isFailed = ({ status, kind }: Span) => status === 'error' && kind === 'tool';

export const ToolCall: Story = { decorators: [onStage({ ...panel, scenario: 'mock', openSpan: isToolCall })] };
export const ModelCall: Story = { decorators: [onStage({ ...panel, scenario: 'mock', openSpan: isModelCall })] };
export const Messages: Story = {
  args: { defaultTab: 'messages' },
  decorators: [onStage({ ...panel, scenario: 'mock', openSpan: isModelCall })],
};
export const Attributes: Story = { ...ModelCall, args: { defaultTab: 'attributes' } };
export const Usage: Story = { ...ModelCall, args: { defaultTab: 'usage' } };
export const Json: Story = { ...ModelCall, args: { defaultTab: 'json' } };
/** What failed stands first. */
export const Failed: Story = {
  decorators: [onStage({ ...panel, scenario: 'failing-run', openSpan: isFailed })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByText(/ToolTimeout/).length).toBeGreaterThan(0));
  },
};
export const Running: Story = {
  decorators: [
    onStage({
      ...panel,
      scenario: 'mock',
      untilMs: 41_200,
      openSpan: ({ status, kind }) => status === 'running' && kind === 'tool',
    }),
  ],
};
export const WaitsForAPerson: Story = {
  decorators: [onStage({ ...panel, scenario: 'approval-wait', openSpan: ({ status }) => status === 'waiting' })],
};
/** A viewer sees what there is, and none of it. */
export const AsViewer: Story = {
  globals: { role: 'viewer' },
  decorators: [onStage({ ...panel, live: { scenario: 'mock', historyMs: 60_000 }, openSpan: isModelCall })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByText(/developer role/i).length).toBeGreaterThan(0), { timeout: 8000 });
  },
};
/** A rule of the team took fields out for everybody: a chip for each, the fields beside it stay. */
export const RedactedByRule: Story = {
  decorators: [
    onStage({
      ...panel,
      events: simulateRun({ scenario: 'mock', seed: 7 }).map((event) =>
        event.detail?.input === undefined ? event : { ...event, detail: { ...event.detail, input: redacted } },
      ),
      openSpan: isToolCall,
    }),
  ],
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('email, 21 B')).toBeVisible(); // content is loaded when its span is opened
    await expect(canvas.getByText('hidden by rule, 1.2 kB')).toBeVisible();
    await expect(canvas.getByText('"A-1042"')).toBeVisible();
  },
};
/** Names and content that try to be markup, links or control characters are text. */
export const HostileContent: Story = {
  decorators: [onStage({ ...panel, scenario: 'hostile-text', openSpan: isToolCall })],
};
/** No span is open. */
export const NothingOpen: Story = {
  decorators: [onStage({ ...panel, scenario: 'mock' })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/select a span/i)).toBeVisible());
  },
};
const never = <T,>() => new Promise<T>(() => undefined);
/** Content is on its way: facts and tabs stand, the body is shaped like what will come. */
export const Loading: Story = {
  args: { defaultTab: 'messages' },
  decorators: [
    onStage({
      ...panel,
      events: simulateRun({ scenario: 'mock', seed: 7, content: 'refs' }),
      openSpan: isModelCall,
      detailSource: { loadDetail: () => never(), loadWorkflow: () => never() },
    }),
  ],
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(canvasElement.querySelector('.sl-skeleton')).toBeVisible());
  },
};
/** Events are missing inside of this span. */
export const Gap: Story = {
  decorators: [
    onStage({
      ...panel,
      scenario: 'mock',
      openSpan: isModelCall,
      held: { gaps: [{ id: 'gap', why: 'producer', fromMs: 1, toMs: Number.MAX_SAFE_INTEGER }] },
    }),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/events are missing inside this span/i)).toBeVisible());
  },
};
/** The line is down: the time of the last update stands first. */
export const Stale: Story = {
  decorators: [
    onStage({
      ...panel,
      scenario: 'mock',
      untilMs: 41_200,
      openSpan: ({ status, kind }) => status === 'running' && kind === 'tool',
      held: {
        connection: {
          phase: 'offline',
          sinceMs: 0,
          lastGoodAtMs: 0,
          code: 'transport.unreachable',
          isAuthFailure: false,
        },
      },
    }),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/last update/i)).toBeVisible());
  },
};
/** Content could not be had: facts stay, the tab says so and offers to try again. */
export const Unreachable: Story = {
  decorators: [
    onStage({
      ...panel,
      events: simulateRun({ scenario: 'mock', seed: 7, content: 'refs' }),
      openSpan: isModelCall,
    }),
  ],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('button', { name: /retry/i })).toBeVisible());
  },
};
/** Over the rest of its root; Escape closes it. */
export const Drawer: Story = {
  args: { layout: 'drawer' },
  decorators: [onStage({ height: 620, scenario: 'mock', openSpan: isToolCall })],
};
export const Dark: Story = { ...Failed, globals: { theme: 'dark' } };
export const Narrow: Story = {
  decorators: [onStage({ width: 300, height: 620, scenario: 'mock', openSpan: isModelCall })],
};
export const Live = liveStory(<SpanInspectorPrefab />, { ...panel, openSpan: isModelCall });
const openedAtMs = Date.now();
/** A quarter of the pace, so that there is time to look. */
const slowClock = { now: () => openedAtMs + (Date.now() - openedAtMs) / 4 };
/** The words of a running model call, as they come; the whole answer takes their place. */
export const WritingLive: StoryObj<LiveControls> = {
  ...liveStory(<SpanInspectorPrefab defaultTab="messages" />, {
    ...panel,
    live: { scenario: 'mock', historyMs: 25_000, clock: slowClock },
    openSpan: ({ kind, status, firstTokenAtMs }) =>
      kind === 'llm' && status === 'running' && firstTokenAtMs !== undefined,
  }),
  play: async ({ canvas }) => {
    const written = () =>
      canvas
        .getByText(/still writing/i)
        .closest('section')
        ?.querySelector('[aria-busy]');
    const length = () => written()?.textContent?.length ?? 0;
    await waitFor(() => expect(length()).toBeGreaterThan(10), { timeout: 15_000 });
    const before = length();
    await waitFor(() => expect(length()).toBeGreaterThan(before), { timeout: 5_000 });
    await expect(written()).toHaveAttribute('aria-busy', 'true');
  },
};
