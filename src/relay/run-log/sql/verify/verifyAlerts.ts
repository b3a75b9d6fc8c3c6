import { sql } from 'kysely';
import { createFold } from '../../../../fold/createFold.ts';
import type { MonitorEvent } from '../../../../model/event.ts';
import { entityOfAlert, isOfAlert } from '../../../history/runEntities.ts';
import { alertRowOf } from '../entityRows.ts';
import { storedEvent } from '../eventRow.ts';
import type { LogStore, StreamState } from '../LogStore.ts';
import type { AlertTable } from '../LogTables.ts';
import type { Made } from './Made.ts';
import { rowText } from './rowText.ts';

/**
 * Rows of alerts against their events. Those go with the lines of the log, the row stays: from then on it is held against what it says
 * itself and the events that are left.
 */
export async function verifyAlerts(
  { db }: LogStore,
  { pid, oldest }: StreamState,
  { at, wholeTo }: Made,
): Promise<readonly string[]> {
  const events = await db
    .selectFrom('event')
    .select(['seq', 'rts', 'body'])
    .where('pid', '=', pid)
    .where('seq', '<=', at)
    .where('type', 'like', sql.lit('alert.%'))
    .orderBy('seq')
    .execute();
  const byAlert = new Map<string, MonitorEvent[]>();
  for (const event of events.map(storedEvent)) {
    if (!isOfAlert(event) || event.ref === undefined) continue;
    const known = byAlert.get(event.ref);
    if (known) known.push(event);
    else byAlert.set(event.ref, [event]);
  }
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const row of await db.selectFrom('alert').selectAll().where('pid', '=', pid).execute()) {
    seen.add(row.alert);
    if (row.at > at) continue; // made anew at the next start
    const own = (byAlert.get(row.alert) ?? []).filter(({ seq = 0 }) => seq <= Math.max(row.at, wholeTo));
    if (!isSame(row, own, oldest > 1)) problems.push(`the row of the alert ${row.alert} is not what its events say`);
  }
  for (const [alertId, own] of byAlert) {
    if (seen.has(alertId) || (own.at(-1)?.seq ?? 0) > wholeTo) continue;
    const state = foldedAlert(alertId, own)?.alert.state;
    if (state !== 'resolved') problems.push(`the alert ${alertId} is not resolved, and has no row`);
  }
  return problems;
}

function isSame(row: AlertTable, events: readonly MonitorEvent[], areSomeGone: boolean): boolean {
  const facts = areSomeGone ? parsedFacts(row.body) : [];
  const found = facts && foldedAlert(row.alert, [...facts, ...events]);
  if (!found) return false;
  const heard = { seq: row.n, rts: row.last_rts };
  const expected = alertRowOf(entityOfAlert(found.fold, found.alert), heard, row.pid, row.at);
  const last = events.at(-1);
  const isHeard = !last || Number(row.last_rts) >= (last.rts ?? 0);
  return isHeard && row.n >= 0 && row.n <= row.at && rowText(row) === rowText(expected);
}

function foldedAlert(alertId: string, events: readonly MonitorEvent[]) {
  const fold = createFold();
  for (const event of events) if (event.ref === alertId && isOfAlert(event)) fold.apply(event);
  fold.settle();
  const alert = fold.reader.alerts.get(alertId);
  return alert && { fold, alert };
}

function parsedFacts(body: string): readonly MonitorEvent[] | undefined {
  try {
    return JSON.parse(body) as readonly MonitorEvent[];
  } catch {
    return undefined;
  }
}
