import type { DetailPart } from '../../../model/detail.ts';
import { type MonitorEvent, rankByType } from '../../../model/event.ts';
import { refsOfDetail } from '../../../model/refsOfDetail.ts';
import { contentOwner, detailKeyOf } from '../contentOwner.ts';
import { textsOfDetail } from '../contentStore.ts';
import type { NewPart, NewRow } from './LogStore.ts';

/** An event on its way in: as a row, and as it is kept, still without its number. */
export interface Incoming {
  readonly event: MonitorEvent;
  readonly row: NewRow;
}

/** @param keepsContent - `false`: content is let go here, and only its kind and size are said */
export function incomingOf(given: MonitorEvent, keepsContent: boolean): Incoming {
  if (given.detail === undefined && given.seq === undefined && given.rts === undefined) {
    const { id, type, run } = given;
    return { event: given, row: { id, type, run: run ?? null, body: JSON.stringify(given), parts: [] } };
  }
  const { detail, refs: givenRefs, seq: _seq, rts: _rts, ...head } = given;
  const texts = textsOfDetail(detail ?? {});
  const refs = refsOfDetail(detail, givenRefs, (part) => Buffer.byteLength(texts.get(part) ?? ''));
  const event: MonitorEvent = refs ? { ...head, refs } : head;
  const { id, type, run, ts } = event;
  const row: NewRow = {
    id,
    type,
    run: run ?? null,
    body: JSON.stringify(event),
    parts: keepsContent && texts.size > 0 ? partsOf(given, texts, ts) : [],
  };
  return { event, row };
}

function partsOf(event: MonitorEvent, texts: ReadonlyMap<DetailPart, string>, ts: number): readonly NewPart[] {
  const owner = contentOwner(detailKeyOf(event));
  const rank = rankByType[event.type];
  return [...texts].map(([part, body]) => ({ owner, part, rank, ts, id: event.id, body }));
}

/** An event as it was stored. */
export const storedEvent = ({
  body,
  seq,
  rts,
}: {
  readonly body: string;
  readonly seq: number;
  readonly rts: number;
}): MonitorEvent => Object.assign(JSON.parse(body) as MonitorEvent, { seq, rts });
