import type { Meta, StoryObj } from '@storybook/react-vite';
import { ConnectionStatusPrefab, type Density, RunListPrefab, type ThemeSetting } from 'spanlight';
import { expect, waitFor } from 'storybook/test';
import { MonitorStage } from './support/MonitorStage.tsx';
import { type Preset, ThemedHost } from './support/ThemedHost.tsx';

interface Look {
  preset?: Preset;
  mode: 'light' | 'dark';
  theme: ThemeSetting;
  density: Density;
}

/** The same part in the look of other hosts, in both themes and three densities. */
const meta = {
  title: 'Theming/Examples',
  tags: ['!autodocs'],
  args: { mode: 'light', theme: 'auto', density: 'compact' },
  render: ({ preset, mode, theme, density }, { globals }) => {
    const stage = (
      <MonitorStage
        theme={theme}
        density={density}
        role={globals['role']}
        scenario="dashboard"
        untilMs={42_000}
        width={340}
      >
        <ConnectionStatusPrefab />
        <div style={{ height: 300 }}>
          <RunListPrefab />
        </div>
      </MonitorStage>
    );
    if (preset)
      return (
        <ThemedHost preset={preset} mode={mode}>
          {stage}
        </ThemedHost>
      );
    return <div data-theme={mode}>{stage}</div>;
  },
} satisfies Meta<Look>;
export default meta;
type Story = StoryObj<Look>;

const looks =
  (theme: 'light' | 'dark'): NonNullable<Story['play']> =>
  async ({ canvasElement }) => {
    const root = canvasElement.querySelector<HTMLElement>('.sl-root');
    await waitFor(() => expect(root && getComputedStyle(root).colorScheme).toBe(theme));
  };

export const Light: Story = { args: { theme: 'light' }, play: looks('light') };
export const Dark: Story = { args: { theme: 'dark' }, play: looks('dark') };
/** Follows the host: here a page that says `data-theme="dark"`. */
export const Auto: Story = { args: { theme: 'auto', mode: 'dark' }, play: looks('dark') };
export const Compact: Story = { args: { density: 'compact' } };
export const Regular: Story = { args: { density: 'regular' } };
export const Touch: Story = { args: { density: 'touch' } };
export const Shadcn: Story = { args: { preset: 'shadcn' }, play: looks('light') };
export const ShadcnDark: Story = { args: { preset: 'shadcn', mode: 'dark' }, play: looks('dark') };
export const Mui: Story = { args: { preset: 'mui' }, play: looks('light') };
export const MuiDark: Story = { args: { preset: 'mui', mode: 'dark' }, play: looks('dark') };
export const Plain: Story = {
  args: { preset: 'plain' },
  play: async ({ canvasElement }) => {
    const root = canvasElement.querySelector<HTMLElement>('.sl-root');
    await expect(root && getComputedStyle(root).getPropertyValue('--sl-accent')).toBe('#7a3b12');
  },
};
export const PlainDark: Story = { args: { preset: 'plain', mode: 'dark' }, play: looks('dark') };
