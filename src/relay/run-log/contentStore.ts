import { type Detail, type DetailPart, detailParts } from '../../model/detail.ts';
import { type MonitorEvent, rankByType } from '../../model/event.ts';
import { detailKeyOf } from './contentOwner.ts';
import { beats } from './partOrder.ts';
import type { DetailKey } from './RunLog.ts';

interface Part {
  /** As JSON: an exact size, and nobody can change it in place. */
  readonly text: string;
  readonly rank: number;
  readonly ts: number;
  readonly id: string;
}
interface Entry {
  readonly parts: Map<DetailPart, Part>;
  readonly runId: string;
  bytes: number;
}

/** Content, kept apart from the events and bounded in bytes; the oldest goes first. */
export interface ContentStore {
  /**
   * Takes what an event carries. Merges part by part: higher rank, then time, then event id.
   * @param texts - its parts as JSON
   */
  add(event: MonitorEvent, texts: DetailTexts): void;
  read(key: DetailKey): Detail | undefined;
  /** The run of an event that stands alone and has content. */
  runOfEvent(eventId: string): string | undefined;
  removeRun(runId: string): void;
  readonly bytes: number;
}

/** Parts of content as JSON. */
export type DetailTexts = ReadonlyMap<DetailPart, string>;

export function textsOfDetail(detail: Detail): DetailTexts {
  const texts = new Map<DetailPart, string>();
  for (const part of detailParts) {
    if (detail[part] !== undefined) texts.set(part, JSON.stringify(detail[part]));
  }
  return texts;
}

/** What an entry and a part take beside their text: a million of one letter each must not count as a megabyte. */
const ENTRY_BYTES = 600;
const PART_BYTES = 200;

const separator = '\u001f';
const keyOf = ({ runId, spanId, callId, eventId }: DetailKey): string => {
  if (eventId !== undefined) return `event${separator}${eventId}`;
  if (callId !== undefined) return `call${separator}${runId}${separator}${callId}`;
  return spanId === undefined ? `run${separator}${runId}` : `span${separator}${runId}${separator}${spanId}`;
};

export function createContentStore(maxBytes: number): ContentStore {
  const entries = new Map<string, Entry>();
  const keysByRun = new Map<string, Set<string>>();
  let bytes = 0;

  const remove = (key: string, entry: Entry) => {
    entries.delete(key);
    bytes -= entry.bytes;
    const keys = keysByRun.get(entry.runId);
    keys?.delete(key);
    if (keys?.size === 0) keysByRun.delete(entry.runId);
  };

  const entryFor = (key: string, runId: string): Entry => {
    const known = entries.get(key);
    if (known) return known;
    const made: Entry = { parts: new Map(), runId, bytes: ENTRY_BYTES + key.length * 2 };
    entries.set(key, made);
    bytes += made.bytes;
    const keys = keysByRun.get(runId);
    if (keys) keys.add(key);
    else keysByRun.set(runId, new Set([key]));
    return made;
  };

  return {
    get bytes() {
      return bytes;
    },
    add(event, texts) {
      if (texts.size === 0 || maxBytes === 0) return;
      const key = keyOf(detailKeyOf(event));
      const entry = entryFor(key, event.run ?? '');
      for (const [name, text] of texts) {
        const part: Part = { text, rank: rankByType[event.type], ts: event.ts, id: event.id };
        const known = entry.parts.get(name);
        if (known && !beats(part, known)) continue;
        // two bytes a character at most in memory
        const grown = (text.length - (known?.text.length ?? 0)) * 2 + (known ? 0 : PART_BYTES);
        entry.parts.set(name, part);
        entry.bytes += grown;
        bytes += grown;
      }
      while (bytes > maxBytes) {
        const oldest = entries.entries().next().value;
        if (!oldest) break;
        remove(...oldest);
      }
    },
    read(key) {
      const entry = entries.get(keyOf(key));
      if (!entry || entry.parts.size === 0) return undefined;
      const detail: { -readonly [Part in keyof Detail]: unknown } = {};
      for (const [name, { text }] of entry.parts) detail[name] = JSON.parse(text);
      return detail;
    },
    runOfEvent: (eventId) => entries.get(keyOf({ eventId }))?.runId || undefined,
    removeRun(runId) {
      for (const key of keysByRun.get(runId) ?? []) {
        const entry = entries.get(key);
        if (entry) remove(key, entry);
      }
    },
  };
}
