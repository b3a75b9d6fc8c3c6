import type { Meta, StoryObj } from '@storybook/react-vite';
import { WorkflowGraphPrefab } from 'spanlight';
import { expect, waitFor } from 'storybook/test';
import { liveStory } from './support/liveStory.tsx';
import { onStage } from './support/MonitorStage.tsx';

/** Agents and what they use, as spans show it or as a file declares it, lit by what happens. */
const meta = {
  title: 'Parts/WorkflowGraph',
  component: WorkflowGraphPrefab,
} satisfies Meta<typeof WorkflowGraphPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

const panel = { width: 760, height: 460 };
const file = JSON.stringify(
  {
    version: 1,
    title: 'support-triage.json',
    nodes: [
      { id: 'triage', kind: 'agent', label: 'Triage Agent' },
      { id: 'search', kind: 'tool', label: 'search_kb', match: { tool: 'search_knowledge_base' } },
      { id: 'billing', kind: 'agent', label: 'Billing Agent' },
      { id: 'shipping', kind: 'agent', label: 'Shipping Agent' },
    ],
    edges: [
      { from: 'triage', to: 'search' },
      { from: 'triage', to: 'billing' },
      { from: 'triage', to: 'shipping' },
    ],
  },
  null,
  2,
);

/** A file of a team's own making: agents that hand off to each other, and what they use. */
function labelledFile(count: number): string {
  const words = ['hands off', 'needs approval', undefined, 'when the customer asks for more than 500', '需要批准'];
  const nodes = Array.from({ length: count }, (_, at) => ({
    id: `n${at}`,
    kind: at % 3 === 0 ? 'agent' : 'tool',
    label: at === 4 ? 'A step whose name is as long as sixty letters, or even longer' : `Step ${at + 1}`,
  }));
  const edges = nodes.slice(1).map(({ id }, at) => {
    const label = words[at % words.length];
    return { from: `n${Math.floor(at / 9) * 3 + (at % 3 === 2 ? 1 : 0)}`, to: id, ...(label ? { label } : {}) };
  });
  return JSON.stringify({ version: 1, title: `${count} steps`, nodes, edges });
}

/** As the spans show it, while the last tool call runs. */
export const Discovered: Story = {
  args: { mode: 'discovered' },
  decorators: [onStage({ ...panel, scenario: 'mock', untilMs: 41_200 })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByText(/Billing Agent/).length).toBeGreaterThan(0));
  },
};
export const Dark: Story = { ...Discovered, globals: { theme: 'dark' } };
export const Narrow: Story = {
  ...Discovered,
  decorators: [onStage({ width: 420, height: 460, scenario: 'mock', untilMs: 41_200 })],
};
/** The file of the host: what is not used is dim, what is not in the file stands dashed below. */
export const Declared: Story = {
  args: { workflow: file },
  decorators: [onStage({ ...panel, scenario: 'mock', untilMs: 41_200 })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByText(/Shipping Agent/).length).toBeGreaterThan(0));
  },
};
/** Words on the edges: columns stand as far apart as they need, and nothing covers them. */
export const Labelled: Story = {
  args: { workflow: labelledFile(10) },
  decorators: [onStage({ ...panel, scenario: 'mock', open: 'nothing' })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByText('hands off').length).toBeGreaterThan(0));
  },
};
export const LabelledDark: Story = { ...Labelled, globals: { theme: 'dark' } };
/** Too small to read as a whole: it begins with the first node, and the rest is a drag or a click on "Fit" away. */
export const LabelledNarrow: Story = {
  ...Labelled,
  decorators: [onStage({ width: 420, height: 460, scenario: 'mock', open: 'nothing' })],
};
export const LabelledThree: Story = { ...Labelled, args: { workflow: labelledFile(3) } };
export const LabelledForty: Story = { ...Labelled, args: { workflow: labelledFile(40) } };
export const LabelledHundred: Story = {
  ...Labelled,
  args: { workflow: labelledFile(100), limits: { groupAbove: 1_000, edgesAbove: 1_000 } },
};
/** Declared, and no run is open: nothing is lit. */
export const Unlit: Story = { ...Declared, decorators: [onStage({ ...panel, scenario: 'mock', open: 'nothing' })] };
/** The same as a table. */
export const AsList: Story = {
  args: { mode: 'discovered', defaultView: 'list' },
  decorators: [onStage({ ...panel, scenario: 'mock', untilMs: 41_200 })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('table')).toBeVisible());
  },
};
export const WaitsForAPerson: Story = {
  args: { mode: 'discovered' },
  decorators: [onStage({ ...panel, scenario: 'approval-wait' })],
};
export const FailedRun: Story = {
  args: { mode: 'discovered' },
  decorators: [onStage({ ...panel, scenario: 'failing-run' })],
};
/** All runs that are held, agents at work. */
export const Live = liveStory(<WorkflowGraphPrefab mode="discovered" scope="all" />, panel);
/** Above the limits a tool that several agents use is one node, then only agents are drawn. */
export const Aggregated: Story = {
  args: { mode: 'discovered', scope: 'all', limits: { groupAbove: 4, aggregateAbove: 6 } },
  decorators: [onStage({ ...panel, scenario: 'dashboard' })],
};
/** Events are missing while the run went on: counts are lower bounds. */
export const Gap: Story = {
  ...Discovered,
  decorators: [
    onStage({
      ...panel,
      scenario: 'mock',
      untilMs: 41_200,
      held: { gaps: [{ id: 'gap', why: 'producer', fromMs: 1, toMs: Number.MAX_SAFE_INTEGER }] },
    }),
  ],
};
/** The line is down: nothing is live any more. */
export const Stale: Story = {
  args: { mode: 'discovered' },
  decorators: [
    onStage({
      ...panel,
      live: { scenario: 'mock', historyMs: 20_000, times: { offlineAfterMs: 600, backoff: { minMs: 20, maxMs: 60 } } },
      onLive: (simulator) => simulator.goOffline(),
    }),
  ],
};
/** A viewer sees the names that are harmless, and how the work went. */
export const AsViewer: Story = {
  args: { mode: 'discovered' },
  globals: { role: 'viewer' },
  decorators: [onStage({ ...panel, live: { scenario: 'mock', historyMs: 20_000 } })],
};
/** The project's file is on its way. */
export const Loading: Story = {
  decorators: [onStage({ ...panel, live: { latencyMs: 3_600_000, times: { welcomeMs: 3_600_000 } } })],
};
export const NothingYet: Story = {
  args: { mode: 'discovered', scope: 'all' },
  decorators: [onStage({ ...panel, events: [] })],
};
export const NothingOpen: Story = {
  args: { mode: 'discovered' },
  decorators: [onStage({ ...panel, scenario: 'mock', open: 'nothing' })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/select a run/i)).toBeVisible());
  },
};
/** A file that cannot be read says line, place and reason. */
export const BadFile: Story = {
  args: { workflow: file.replace('"tool"', '"gadget"') },
  decorators: [onStage({ ...panel, scenario: 'mock' })],
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/line 12, nodes\[1\].kind/i)).toBeVisible());
  },
};
export const EmptyFile: Story = {
  args: { workflow: '{ "version": 1, "title": "empty.json", "nodes": [], "edges": [] }' },
  decorators: [onStage({ ...panel, scenario: 'mock' })],
};
