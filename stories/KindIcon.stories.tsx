import type { Meta, StoryObj } from '@storybook/react-vite';
import { KindIcon } from 'spanlight';
import type { SpanKind } from 'spanlight/store';
import { expect } from 'storybook/test';
import { Gallery } from './support/Gallery.tsx';
import { onStage } from './support/MonitorStage.tsx';

/** The kind of a span as a drawing and a word. Task and turn are drawn as agent, mcp as tool, speech and custom as other. */
const meta = {
  title: 'Parts/KindIcon',
  component: KindIcon,
  args: { kind: 'llm' },
  decorators: [onStage({ events: [] })],
} satisfies Meta<typeof KindIcon>;
export default meta;
type Story = StoryObj<typeof meta>;

const kinds: readonly SpanKind[] = [
  'agent',
  'llm',
  'tool',
  'handoff',
  'guardrail',
  'retrieval',
  'mcp',
  'speech',
  'task',
  'turn',
  'eval',
  'approval',
  'custom',
];

export const All: Story = {
  render: () => (
    <Gallery items={kinds} columns={['s', 'm', 'l']}>
      {(kind, size) => <KindIcon kind={kind} size={size} />}
    </Gallery>
  ),
  play: async ({ canvasElement }) => {
    await expect(canvasElement.querySelectorAll('.sl-kind').length).toBe(kinds.length * 3);
  },
};
export const Dark: Story = { ...All, globals: { theme: 'dark' } };
