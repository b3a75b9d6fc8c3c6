import type { Meta, StoryObj } from '@storybook/react-vite';
import { DashboardPrefab, FileDropPrefab, RunListPrefab } from 'spanlight';
import { createTraceFileReader, type TraceFileReader } from 'spanlight/adapters';
import { simulateRun } from 'spanlight/simulator';
import { expect, waitFor } from 'storybook/test';
import { onStage } from './support/MonitorStage.tsx';

/** A zone around parts that takes a trace file: read in the page, shown in the parts inside, sent nowhere. */
const meta = {
  title: 'Parts/FileDrop',
  component: FileDropPrefab,
  args: { loadReader: async () => createTraceFileReader(), children: <RunListPrefab /> },
  decorators: [onStage({ height: 420 })],
} satisfies Meta<typeof FileDropPrefab>;
export default meta;
type Story = StoryObj<typeof meta>;

const trace = () =>
  (['support-handoff', 'retry-fallback'] as const)
    .flatMap((scenario) => simulateRun({ scenario, seed: 7, content: 'inline' }))
    .map((event) => JSON.stringify(event))
    .join('\n');

/** Chooses a file as a person would. */
const choose =
  (text: () => string, name: string): NonNullable<Story['play']> =>
  async ({ canvas, userEvent }) => {
    await userEvent.upload(canvas.getByLabelText('Open a trace file', { selector: 'input' }), new File([text()], name));
  };

/** Nothing is open: a button, and the whole of it takes a drop. */
export const Idle: Story = {};

/** A file is held over it. */
export const Over: Story = {
  play: async ({ canvas, canvasElement }) => {
    const zone = canvasElement.querySelector('.sl-file-drop');
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([''], 'trace.jsonl'));
    zone?.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }));
    await waitFor(() => expect(canvas.getByText('Drop the trace file to look at it')).toBeVisible());
  },
};

/** A reader that stands still in the middle of a file. */
const slowReader: TraceFileReader = {
  async *read(file) {
    yield {
      format: 'spanlight',
      events: simulateRun({ scenario: 'retry-fallback', seed: 7 }),
      issues: [],
      readBytes: file.size * 0.4,
    };
    await new Promise(() => undefined);
  },
};

/** Progress, with a way out. */
export const Reading: Story = {
  args: { loadReader: async () => slowReader },
  play: async (context) => {
    await choose(trace, 'trace.jsonl')(context);
    await waitFor(() => expect(context.canvas.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '40'));
  },
};

/** The parts inside show the file; what was not read is counted and listed. */
export const Opened: Story = {
  play: async (context) => {
    await choose(() => `${trace()}\nno json\n{"id":"x","type":"span.start","ts":1,"a":{}}`, 'support.jsonl')(context);
    await waitFor(
      () =>
        expect(
          context.canvas.getByText('Showing the file support.jsonl', { selector: '.sl-banner__title' }),
        ).toBeVisible(),
      {
        timeout: 8000,
      },
    );
    await context.userEvent.click(context.canvas.getByText(/records not read/));
    await waitFor(() => expect(context.canvas.getByText(/The line is no JSON/)).toBeVisible());
  },
};

/** The whole dashboard on a file. */
export const Dashboard: Story = {
  args: { children: <DashboardPrefab /> },
  decorators: [onStage({ height: 1000 })],
  play: choose(trace, 'support.jsonl'),
};

/** No adapter knows it: says what was tried. */
export const UnknownFormat: Story = {
  play: async (context) => {
    await choose(() => '{"hello":"world"}', 'package.json')(context);
    await waitFor(() => expect(context.canvas.getByText(/Tried: JSON, JSONL, spanlight/)).toBeVisible());
  },
};

/** Known, and no trace. */
export const NotATrace: Story = {
  play: async (context) => {
    await choose(() => '{"messages":[{"role":"user","content":"hi"}]}', 'chat.json')(context);
    await waitFor(() => expect(context.canvas.getByText(/messages of a conversation/)).toBeVisible());
  },
};
