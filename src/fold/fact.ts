import { detailParts } from '../model/detail.ts';
import { type EventType, type MonitorEvent, rankByType } from '../model/event.ts';

/** Where a merged value came from: decides which of two values for one field stays. */
export interface Origin {
  readonly type: EventType;
  readonly rank: number;
  readonly ts: number;
  readonly id: string;
}

export const originOf = ({ type, ts, id }: MonitorEvent): Origin => ({ type, rank: rankByType[type], ts, id });

/**
 * Order of two origins: rank, then time, then event id.
 * @returns > 0 when `left` beats `right`; 0 only for the same event
 */
function compareOrigins(left: Origin, right: Origin): number {
  if (left.rank !== right.rank) return left.rank - right.rank;
  if (left.ts !== right.ts) return left.ts - right.ts;
  if (left.id === right.id) return 0;
  return left.id > right.id ? 1 : -1;
}

/**
 * Last word between two values that claim the same origin (one id used twice for different content): any rule does,
 * as long as it does not depend on which came first.
 */
export function isGreaterValue(left: unknown, right: unknown): boolean {
  return left !== right && (JSON.stringify(left) ?? '') > (JSON.stringify(right) ?? '');
}

interface Cell {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Merged fields of an entity that is not met a million times: a cell a field. Spans have a leaner form, see `factTable.ts`. */
export class MergedFields {
  private readonly cells = new Map<string, Cell>();
  /** Few have any, and many are asked for it. */
  private hasContent = false;

  get(name: string): unknown {
    return this.cells.get(name)?.value;
  }

  /** When the value that stands was said, epoch ms. */
  tsOf(name: string): number | undefined {
    return this.cells.get(name)?.origin.ts;
  }

  /** @returns whether the value is new or beats the one that stood */
  set(name: string, value: unknown, origin: Origin): boolean {
    const known = this.cells.get(name);
    if (known) {
      const order = compareOrigins(origin, known.origin);
      if (order < 0 || (order === 0 && !isGreaterValue(value, known.value))) return false;
    }
    this.cells.set(name, { value, origin });
    return true;
  }

  /** Takes all of `a`, `detail` and `refs`. @returns whether anything changed */
  merge(event: MonitorEvent): boolean {
    const origin = originOf(event);
    let isChanged = false;
    for (const [name, value] of Object.entries(event.a)) {
      if (value !== undefined && this.set(name, value, origin)) isChanged = true;
    }
    if (!event.detail && !event.refs) return isChanged;
    this.hasContent = true;
    for (const part of detailParts) {
      const value = event.detail?.[part];
      if (value !== undefined && this.set(`detail.${part}`, value, origin)) isChanged = true;
      const ref = event.refs?.[part];
      if (ref !== undefined && this.set(`refs.${part}`, ref, origin)) isChanged = true;
    }
    return isChanged;
  }

  /** The parts under a prefix as one object; `undefined` when there is none. */
  group<T extends object>(prefix: 'detail' | 'refs'): T | undefined {
    if (!this.hasContent) return undefined;
    let found: Record<string, unknown> | undefined;
    for (const part of detailParts) {
      const cell = this.cells.get(`${prefix}.${part}`);
      if (!cell) continue;
      found ??= {};
      found[part] = cell.value;
    }
    return found as T | undefined;
  }

  /** The winning fields, gathered by the event that brought them, weakest first. */
  *origins(): Iterable<{ origin: Origin; fields: Map<string, unknown> }> {
    const byKey = new Map<string, { origin: Origin; fields: Map<string, unknown> }>();
    for (const [name, { value, origin }] of this.cells) {
      const key = `${origin.type}\u001f${origin.ts}\u001f${origin.id}`;
      let group = byKey.get(key);
      if (!group) {
        group = { origin, fields: new Map() };
        byKey.set(key, group);
      }
      group.fields.set(name, value);
    }
    yield* [...byKey.values()].sort((left, right) => compareOrigins(left.origin, right.origin));
  }
}
