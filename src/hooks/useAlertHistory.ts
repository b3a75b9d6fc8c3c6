'use client';
import type { Alert } from '../model/alert.ts';
import type { AlertHistoryQuery } from '../model/history.ts';
import { alertKind } from '../store/history/entityKinds.ts';
import {
  type HistoryListControl,
  type HistoryListSource,
  isOneOf,
  isWithin,
  useJoinedHistory,
} from './internals/useJoinedHistory.ts';
import { useTopic } from './useTopic.ts';

/** What {@link useAlertHistory} lists; what fired last comes first. */
export type AlertHistoryFilter = Omit<AlertHistoryQuery, 'order'>;

/**
 * Alerts, firing and resolved, live and as far back as somebody asks. Asks the relay for alerts while it is mounted. They belong to no
 * run: who has a scope sees none.
 */
export function useAlertHistory(filter: AlertHistoryFilter = {}): HistoryListControl<Alert> {
  useTopic('alerts');
  return useJoinedHistory(filter, alerts);
}

const alerts: HistoryListSource<AlertHistoryFilter, Alert> = {
  kind: alertKind,
  async load(source, query, options) {
    const page = await source.loadAlerts(query, options);
    return { items: page.alerts, next: page.next };
  },
  isWanted: ({ states, severities, rules, ...range }, { state, severity, ruleName, firedAtMs, changedAtMs }) =>
    isOneOf(states, state) &&
    isOneOf(severities, severity) &&
    isOneOf(rules, ruleName) &&
    isWithin(range, firedAtMs ?? changedAtMs),
};
