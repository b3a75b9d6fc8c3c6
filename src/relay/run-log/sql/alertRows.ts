import type { CompiledQuery } from 'kysely';
import { createFold } from '../../../fold/createFold.ts';
import type { Fold } from '../../../fold/types.ts';
import type { Alert } from '../../../model/alert.ts';
import type { MonitorEvent } from '../../../model/event.ts';
import { entityOfAlert, isOfAlert } from '../../history/runEntities.ts';
import { alertRowOf } from './entityRows.ts';
import type { EachRow, LogStore } from './LogStore.ts';
import type { AlertTable } from './LogTables.ts';
import { putRows } from './putRows.ts';

/** Last it was heard of: number and time of the event. */
interface Heard {
  readonly seq: number;
  readonly rts: number;
}

/** Alerts that events were heard of, and nobody noted since, at most. */
const MAX_HEARD = 5000;
/** Ids of one question. */
const IDS = 500;

/**
 * Rows of alerts. The fold holds the newest ones only, so a row has the facts that it is made of: what comes later for an alert that is
 * no longer held is merged into them.
 */
export function createAlertRows({ store, pid }: { readonly store: LogStore; readonly pid: number }) {
  /** Made, and not written yet. */
  const pending = new Map<string, AlertTable>();
  const heard = new Map<string, Heard>();
  let noted = new WeakSet<Alert>();

  const readFacts = async (alertIds: readonly string[]): Promise<ReadonlyMap<string, readonly MonitorEvent[]>> => {
    const found = new Map<string, readonly MonitorEvent[]>();
    for (let index = 0; index < alertIds.length; index += IDS) {
      const rows = await store.db
        .selectFrom('alert')
        .select(['alert', 'body'])
        .where('pid', '=', pid)
        .where('alert', 'in', alertIds.slice(index, index + IDS))
        .execute();
      for (const { alert, body } of rows) found.set(alert, JSON.parse(body) as MonitorEvent[]);
    }
    for (const alertId of alertIds) {
      const newer = pending.get(alertId);
      if (newer) found.set(alertId, JSON.parse(newer.body) as MonitorEvent[]);
    }
    return found;
  };

  const rowsOf = (fold: Fold, at: number, heardOf: (alertId: string) => Heard | undefined) =>
    [...fold.reader.alerts.values()].map((alert) =>
      alertRowOf(entityOfAlert(fold, alert), heardOf(alert.alertId) ?? { seq: at, rts: alert.changedAtMs }, pid, at),
    );

  return {
    get isEmpty() {
      return pending.size === 0;
    },
    hear(event: MonitorEvent): void {
      if (!isOfAlert(event) || event.ref === undefined || event.seq === undefined) return;
      if (heard.size >= MAX_HEARD) heard.clear();
      heard.set(event.ref, { seq: event.seq, rts: event.rts ?? event.ts });
    },
    /** These have their rows. */
    know(fold: Fold): void {
      for (const alert of fold.reader.alerts.values()) noted.add(alert);
      heard.clear();
    },
    /** Makes rows of the alerts that changed since they were noted last. */
    note(fold: Fold, at: number): void {
      for (const alert of fold.reader.alerts.values()) {
        if (noted.has(alert)) continue;
        noted.add(alert);
        const known = heard.get(alert.alertId) ?? { seq: at, rts: alert.changedAtMs };
        pending.set(alert.alertId, alertRowOf(entityOfAlert(fold, alert), known, pid, at));
      }
      heard.clear();
    },
    take(): readonly (CompiledQuery | EachRow)[] {
      if (pending.size === 0) return [];
      const rows = [...pending.values()];
      pending.clear();
      return putRows(store.kind, 'alert', rows);
    },
    /** Nothing is known of what is in the table. */
    forget(): void {
      noted = new WeakSet();
    },
    /** Facts of alerts that the fold no longer holds. */
    async factsOf(alertIds: readonly string[]): Promise<readonly MonitorEvent[]> {
      return [...(await readFacts(alertIds)).values()].flat();
    },
    /** Rows of the alerts that a page of the log tells of. */
    async rowsOfPage(page: readonly MonitorEvent[], at: number): Promise<readonly (CompiledQuery | EachRow)[]> {
      const events = page.filter((event) => isOfAlert(event) && event.ref !== undefined && !pending.has(event.ref));
      if (events.length === 0) return [];
      const last = new Map<string, Heard>();
      for (const { ref = '', seq = 0, ts, rts = ts } of events) last.set(ref, { seq, rts });
      const fold = createFold();
      for (const fact of [...(await readFacts([...last.keys()])).values()].flat()) fold.apply(fact);
      for (const event of events) fold.apply(event);
      fold.settle();
      return putRows(
        store.kind,
        'alert',
        rowsOf(fold, at, (alertId) => last.get(alertId)),
      );
    },
    /** Rows of alerts that were held before there was a table of them. */
    async rowsOfHeld(facts: readonly MonitorEvent[], at: number): Promise<readonly (CompiledQuery | EachRow)[]> {
      const ofAlerts = facts.filter(isOfAlert);
      if (ofAlerts.length === 0) return [];
      const known = await readFacts([...new Set(ofAlerts.map(({ ref = '' }) => ref))]);
      const fold = createFold();
      for (const fact of ofAlerts) if (!known.has(fact.ref ?? '')) fold.apply(fact);
      fold.settle();
      return putRows(
        store.kind,
        'alert',
        rowsOf(fold, at, () => undefined),
      );
    },
  };
}
