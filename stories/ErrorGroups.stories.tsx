import type { Meta, StoryObj } from '@storybook/react-vite';
import { ErrorGroupsPrefab } from 'spanlight';
import { asRunId, asSpanId, type ErrorGroup } from 'spanlight/store';
import { expect, waitFor } from 'storybook/test';
import { onStage } from './support/MonitorStage.tsx';
import { createStoryHistory, type StoryHistoryOptions } from './support/storyHistory.ts';

/** Errors of a stretch of time, those that are alike in one row. */
const meta = { title: 'Parts/ErrorGroups', component: ErrorGroupsPrefab } satisfies Meta<typeof ErrorGroupsPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

const HOUR_MS = 3_600_000;
const groupsAt = (nowMs: number): readonly ErrorGroup[] =>
  [
    {
      errorType: 'ToolTimeout',
      errorCode: 'tool.timeout',
      template: 'refund_policy.lookup gave no answer within {n} ms',
      count: 242,
      agentNames: ['Billing Agent', 'Triage'],
    },
    {
      errorType: 'RateLimitError',
      errorCode: '429',
      template: 'Rate limit reached for {text} on tokens per min',
      count: 38,
      agentNames: ['Research Agent'],
    },
    {
      errorType: 'ValidationError',
      errorCode: undefined,
      template: 'Order {n} of {text} was not found',
      count: 7,
      agentNames: [],
    },
    {
      errorType: undefined,
      errorCode: 'approval.rejected',
      template: undefined,
      count: 2,
      agentNames: ['Billing Agent'],
    },
  ].map((group, index) => ({
    ...group,
    runCount: Math.ceil(group.count / 3),
    firstAtMs: nowMs - (index === 2 ? 0.5 : 20) * HOUR_MS,
    lastAtMs: nowMs - (index * 17 + 1) * 60_000,
    sample: { runId: asRunId(`run-${index}`), spanId: asSpanId('span') },
    trend: Array.from({ length: 20 }, (_, at) => ({
      atMs: Math.floor(nowMs / HOUR_MS - at) * HOUR_MS,
      count: ((at * 7 + index * 3) % 9) + 1,
    })),
  }));
const stage = (options: Partial<StoryHistoryOptions> = {}, width = 720) =>
  onStage({
    width,
    events: [],
    history: (nowMs) => createStoryHistory({ groups: groupsAt(nowMs), nowMs, ...options }),
  });

export const Groups: Story = {
  decorators: [stage()],
  play: async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getAllByRole('row')).toHaveLength(5));
    await userEvent.click(canvas.getByRole('tab', { name: /most frequent/i }));
    await waitFor(() => expect(canvas.getByText(/242/)).toBeVisible());
  },
};
export const Dark: Story = { ...Groups, globals: { theme: 'dark' } };
/** A narrow column keeps what, how often and when. */
export const Narrow: Story = { decorators: [stage({}, 420)] };
/** A viewer sees class and code, no message. */
export const Redacted: Story = {
  decorators: [
    onStage({
      width: 720,
      events: [],
      roles: ['viewer'],
      history: (nowMs) =>
        createStoryHistory({ groups: groupsAt(nowMs).map((group) => ({ ...group, template: undefined })), nowMs }),
    }),
  ],
};
export const Empty: Story = { decorators: [stage({ groups: [] })] };
export const Waiting: Story = { decorators: [stage({ isSilent: true })] };
export const Failed: Story = { decorators: [stage({ fault: 'history.unreachable' })] };
/** The store was given no history. */
export const Unavailable: Story = { decorators: [onStage({ width: 720, events: [] })] };
