import type { MonitorEvent } from '../model/event.ts';
import type { LiveFrame } from '../model/wire.ts';

/** Something that will be heard of at a moment that may differ from the one it tells of. */
export interface Draft {
  /** When it is sent, epoch ms by a clock that is right. */
  readonly emitAtMs: number;
  /** A fact; its producer's number is given when it is sent. */
  readonly event?: MonitorEvent | undefined;
  /** Made by the relay (prices, decisions): carries no producer. */
  readonly isRelayMade?: boolean | undefined;
  /** Text of a running model call, for who has it open. */
  readonly live?: LiveFrame | undefined;
}

/** Order of sending; what is sent at the same moment stays in the order in which it was written. */
export const sortDrafts = (drafts: readonly Draft[]): Draft[] =>
  [...drafts].sort((left, right) => left.emitAtMs - right.emitAtMs);

/**
 * The same fact later: every time in it that is not yet past moves by `byMs`.
 * @param fromMs - times before this moment have happened and stay
 */
export function shiftDraft(draft: Draft, fromMs: number, byMs: number): Draft {
  const shift = (timeMs: number) => (timeMs >= fromMs ? timeMs + byMs : timeMs);
  const { event } = draft;
  return { ...draft, emitAtMs: shift(draft.emitAtMs), event: event && shiftEvent(event, shift) };
}

function shiftEvent(event: MonitorEvent, shift: (timeMs: number) => number): MonitorEvent {
  const a = Object.fromEntries(
    Object.entries(event.a).map(([name, value]) => [
      name,
      name.endsWith('AtMs') && typeof value === 'number' ? shift(value) : value,
    ]),
  );
  return { ...event, ts: shift(event.ts), a } as MonitorEvent;
}
