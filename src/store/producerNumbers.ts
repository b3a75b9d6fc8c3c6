import type { MonitorEvent } from '../model/event.ts';

/** More producers than one screen follows; the one heard of first goes. */
const MAX_PRODUCERS = 10_000;

/** How far each producer's own numbering was heard of, now and before the relay's last restart. */
export interface ProducerNumbers {
  note(event: MonitorEvent): void;
  /** The relay lost its log: what was heard so far is what was heard before. */
  markRestart(): void;
  /**
   * @param event - a `producer.gap` that says with which number the new log begins
   * @returns events between what was heard before and that number; `undefined` where nothing was heard before
   */
  lostAtRestart(event: MonitorEvent): number | undefined;
  clear(): void;
}

export function createProducerNumbers(): ProducerNumbers {
  let highest = new Map<string, number>();
  let before = new Map<string, number>();
  return {
    note({ prod }) {
      if (!prod) return;
      const known = highest.get(prod.id);
      if (known === undefined && highest.size >= MAX_PRODUCERS) highest.delete(highest.keys().next().value as string);
      if (known === undefined || prod.n > known) highest.set(prod.id, prod.n);
    },
    markRestart() {
      before = highest;
      highest = new Map();
    },
    lostAtRestart(event) {
      if (event.type !== 'producer.gap' || event.a.firstNumber === undefined || !event.prod) return undefined;
      const last = before.get(event.prod.id);
      return last === undefined ? undefined : Math.max(0, event.a.firstNumber - last - 1);
    },
    clear() {
      highest = new Map();
      before = new Map();
    },
  };
}
