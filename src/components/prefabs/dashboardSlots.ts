import type { ReactNode } from 'react';

/** The parts of the dashboard, in the order they stand in by default. */
export const dashboardSlots = ['stats', 'runs', 'run', 'detail', 'workflow', 'cost'] as const;
export type DashboardSlot = (typeof dashboardSlots)[number];

/** Over the whole width; side by side with what is selected; below. */
export type SlotRow = 'strip' | 'main' | 'second';
export const rowBySlot: Readonly<Record<DashboardSlot, SlotRow>> = {
  stats: 'strip',
  runs: 'main',
  run: 'main',
  detail: 'main',
  workflow: 'second',
  cost: 'second',
};

/** What a host may put in place of a part. */
export type DashboardParts = { readonly [Slot in DashboardSlot]?: ReactNode };

export const dashboardLayouts = ['narrow', 'medium', 'wide'] as const;
/** `wide` > 1200 px, `medium` 800-1200, `narrow` < 800: by the width of the dashboard, not of the window. */
export type DashboardLayout = (typeof dashboardLayouts)[number];

export const layoutOf = (widthPx: number): DashboardLayout =>
  widthPx < 800 ? 'narrow' : widthPx <= 1200 ? 'medium' : 'wide';
