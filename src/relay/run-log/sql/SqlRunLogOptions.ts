import type { RunBounds } from '../retainRuns.ts';
import type { LogStore } from './LogStore.ts';
import type { Retention } from './retainEvents.ts';

export interface SqlRunLogOptions {
  readonly store: LogStore;
  /** What is held ready in memory; the rest is read when it is asked for. */
  readonly bounds: RunBounds;
  /** How long things are held. Default: as the settings' defaults. */
  readonly retention?: Partial<Retention> | undefined;
  /** `false`: content is let go at the door. */
  readonly keepsContent: boolean;
  /** Log lines that a snapshot carries. Default 1000. */
  readonly logLines?: number | undefined;
  /** Rows that one page of the history looks through for those that match; then it ends early. Default 5000. */
  readonly scanRows?: number | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  /** Hears of what an operator should know. */
  readonly onAlarm?: ((code: string, fields: Readonly<Record<string, string | number>>) => void) | undefined;
}
