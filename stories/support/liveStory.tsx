import type { StoryObj } from '@storybook/react-vite';
import type { ReactElement } from 'react';
import { MonitorStage, type StageOptions } from './MonitorStage.tsx';

/** What can be turned while agents are at work; theme, density, role and direction are in the toolbar. */
export interface LiveControls {
  /** Events a second. */
  ratePerSec: number;
  /** Share of runs in which something goes wrong. */
  errorRate: number;
  /** Another seed, other runs. */
  seed: number;
}
export type LiveStory = StoryObj<LiveControls>;

export const liveArgTypes = {
  ratePerSec: { control: { type: 'range', min: 1, max: 2000 } },
  errorRate: { control: { type: 'range', min: 0, max: 1, step: 0.05 } },
  seed: { control: { type: 'number' } },
} as const;

/** A part on simulated agents at work, with controls. */
export const liveStory = (
  part: ReactElement,
  stage: StageOptions = {},
  args: Partial<LiveControls> = {},
): LiveStory => ({
  args: { ratePerSec: 30, errorRate: 0.15, seed: 7, ...args },
  argTypes: liveArgTypes,
  render: (controls, { globals }) => (
    <MonitorStage
      theme={globals['theme']}
      density={globals['density']}
      role={globals['role']}
      {...stage}
      live={{ ...stage.live, ...controls }}
    >
      {part}
    </MonitorStage>
  ),
});
