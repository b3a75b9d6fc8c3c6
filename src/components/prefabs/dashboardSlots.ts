import type { ReactNode } from 'react';

/** The parts of the dashboard, in the order they stand in by default. `errors` reads the relay's log: without a history source it is left out by default. */
export const dashboardSlots = ['stats', 'runs', 'run', 'detail', 'workflow', 'log', 'cost', 'errors'] as const;
export type DashboardSlot = (typeof dashboardSlots)[number];

/** Over the whole width; side by side with what is selected; below; under the fold. */
export type SlotRow = 'strip' | 'main' | 'second' | 'third';
const rowBySlot: Readonly<Record<DashboardSlot, SlotRow>> = {
  stats: 'strip',
  runs: 'main',
  run: 'main',
  detail: 'main',
  workflow: 'second',
  log: 'second',
  cost: 'third',
  errors: 'third',
};

/** Without its neighbour the cost would have a row for itself. */
export const rowOf = (slot: DashboardSlot, slots: readonly DashboardSlot[]): SlotRow =>
  slot === 'cost' && !slots.includes('errors') ? 'second' : rowBySlot[slot];

/** What a host may put in place of a part. */
export type DashboardParts = { readonly [Slot in DashboardSlot]?: ReactNode };

export const dashboardLayouts = ['narrow', 'medium', 'wide'] as const;
/** `wide` > 1200 px, `medium` 800-1200, `narrow` < 800: by the width of the dashboard, not of the window. */
export type DashboardLayout = (typeof dashboardLayouts)[number];

export const layoutOf = (widthPx: number): DashboardLayout =>
  widthPx < 800 ? 'narrow' : widthPx <= 1200 ? 'medium' : 'wide';
