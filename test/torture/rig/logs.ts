import type { MonitorEvent } from 'spanlight/store';
import type { TortureContext } from './types.ts';

/** Where a relay keeps its log. */
export type LogKind = 'memory';
export const logKinds = ['memory'] as const satisfies readonly LogKind[];

export interface PreparedLog {
  readonly kind: LogKind;
  /** Settings of a relay that uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** Every row, read from the database directly; absent: it lives in the relay only. */
  readonly readEvents?: () => Promise<readonly MonitorEvent[]>;
}

/** An empty log of a kind. */
export async function prepareLog(_context: TortureContext, kind: LogKind): Promise<PreparedLog> {
  return { kind, env: {} };
}
