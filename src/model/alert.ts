export const alertSeverities = ['info', 'warning', 'error', 'critical'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];
export const alertStates = ['firing', 'acknowledged', 'silenced', 'resolved'] as const;
export type AlertState = (typeof alertStates)[number];

/** One firing of a rule, from its start until it is resolved. */
export interface Alert {
  readonly alertId: string;
  readonly ruleName?: string | undefined;
  readonly severity?: AlertSeverity | undefined;
  readonly state: AlertState;
  readonly value?: number | undefined;
  readonly limit?: number | undefined;
  readonly firedAtMs?: number | undefined;
  readonly changedAtMs: number;
  readonly changedBy?: string | undefined;
  readonly silencedUntilMs?: number | undefined;
  readonly revision: number;
}
