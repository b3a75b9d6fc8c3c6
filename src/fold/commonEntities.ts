import type { Alert, AlertState } from '../model/alert.ts';
import type { AlertEventType, EventFields, EventOf, ProducerEventType } from '../model/event.ts';
import type { Producer } from '../model/producer.ts';
import { MergedFields, originOf } from './fact.ts';

const stateByType: Readonly<Record<AlertEventType, AlertState>> = {
  'alert.firing': 'firing',
  'alert.acknowledged': 'acknowledged',
  'alert.silenced': 'silenced',
  'alert.resolved': 'resolved',
};

/** What belongs to no run: the processes that report, and the alerts. */
export class CommonEntities {
  producers: ReadonlyMap<string, Producer> = new Map();
  alerts: ReadonlyMap<string, Alert> = new Map();
  readonly producerFields = new Map<string, MergedFields>();
  readonly alertFields = new Map<string, MergedFields>();
  private readonly dirtyProducers = new Set<string>();
  private readonly dirtyAlerts = new Set<string>();

  mergeProducer(event: EventOf<ProducerEventType>): boolean {
    if (!event.prod) return false;
    const { id } = event.prod;
    const fields = fieldsOf(this.producerFields, id);
    let isChanged = fields.merge(event);
    // Its own rank: the latest sign of life counts, whatever kind of event it was.
    const heardAtMs = event.rts ?? event.ts;
    if (fields.set('#heard', heardAtMs, { ...originOf(event), rank: 0, ts: heardAtMs })) isChanged = true;
    if (isChanged) this.dirtyProducers.add(id);
    return isChanged;
  }

  mergeAlert(event: EventOf<AlertEventType>): boolean {
    if (event.ref === undefined) return false;
    const fields = fieldsOf(this.alertFields, event.ref);
    const origin = originOf(event);
    let isChanged = fields.merge(event);
    if (fields.set('#state', stateByType[event.type], origin)) isChanged = true;
    if (event.type === 'alert.firing' && fields.set('#fired', event.ts, origin)) isChanged = true;
    if (isChanged) this.dirtyAlerts.add(event.ref);
    return isChanged;
  }

  settle(): { areProducersTouched: boolean; areAlertsTouched: boolean } {
    const areProducersTouched = this.dirtyProducers.size > 0;
    const areAlertsTouched = this.dirtyAlerts.size > 0;
    if (areProducersTouched) {
      const next = new Map(this.producers);
      for (const id of this.dirtyProducers) next.set(id, producerOf(id, fieldsOf(this.producerFields, id)));
      this.producers = next;
      this.dirtyProducers.clear();
    }
    if (areAlertsTouched) {
      const next = new Map(this.alerts);
      for (const id of this.dirtyAlerts) next.set(id, alertOf(id, fieldsOf(this.alertFields, id), this.alerts.get(id)));
      this.alerts = next;
      this.dirtyAlerts.clear();
    }
    return { areProducersTouched, areAlertsTouched };
  }

  /** Call it settled. @returns how many went */
  trim(maxProducers: number, maxAlerts: number): number {
    const before = this.producers.size + this.alerts.size;
    const producers = trimmed(this.producers, maxProducers, (left, right) => left.lastHeardAtMs - right.lastHeardAtMs);
    const alerts = trimmed(
      this.alerts,
      maxAlerts,
      (left, right) => isLive(left) - isLive(right) || left.changedAtMs - right.changedAtMs,
    );
    if (producers !== this.producers) dropMissing(this.producerFields, producers);
    if (alerts !== this.alerts) dropMissing(this.alertFields, alerts);
    this.producers = producers;
    this.alerts = alerts;
    return before - producers.size - alerts.size;
  }
}

/** Makes some room beyond the bound, so that it is rare. */
const SLACK = 0.05;

/** The map without as many of its entries as are too many, the least worth first; the same map where none is. */
function trimmed<T>(map: ReadonlyMap<string, T>, max: number, compareWorth: (left: T, right: T) => number) {
  if (map.size <= max) return map;
  const kept = Math.floor(max * (1 - SLACK));
  const worthless = [...map].sort(([, left], [, right]) => compareWorth(left, right)).slice(0, map.size - kept);
  const next = new Map(map);
  for (const [id] of worthless) next.delete(id);
  return next;
}

function dropMissing(from: Map<string, unknown>, kept: ReadonlyMap<string, unknown>): void {
  for (const id of from.keys()) if (!kept.has(id)) from.delete(id);
}

const isLive = ({ state }: Alert): number => (state === 'resolved' ? 0 : 1);

function fieldsOf(map: Map<string, MergedFields>, id: string): MergedFields {
  let fields = map.get(id);
  if (!fields) {
    fields = new MergedFields();
    map.set(id, fields);
  }
  return fields;
}

function producerOf(producerId: string, fields: MergedFields): Producer {
  const get = <Name extends keyof EventFields<'producer.beat'>>(name: Name) =>
    fields.get(name) as EventFields<'producer.beat'>[Name];
  return {
    producerId,
    sdk: get('sdk'),
    sdkVersion: get('sdkVersion'),
    language: get('language'),
    service: get('service'),
    beatEveryMs: get('beatEveryMs'),
    lastHeardAtMs: fields.get('#heard') as number,
    droppedEvents: get('droppedEvents') ?? 0,
    missingEvents: get('missingEvents') ?? 0,
  };
}

function alertOf(alertId: string, fields: MergedFields, known: Alert | undefined): Alert {
  const get = <Name extends keyof EventFields<'alert.firing'>>(name: Name) =>
    fields.get(name) as EventFields<'alert.firing'>[Name];
  return {
    alertId,
    ruleName: get('ruleName'),
    severity: get('severity'),
    state: fields.get('#state') as AlertState,
    value: get('value'),
    limit: get('limit'),
    firedAtMs: fields.get('#fired') as number | undefined,
    changedAtMs: fields.tsOf('#state') as number,
    changedBy: get('by'),
    silencedUntilMs: get('silencedUntilMs'),
    revision: (known?.revision ?? 0) + 1,
  };
}
