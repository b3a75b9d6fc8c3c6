import { type SpanKey, spanKeyOf } from '../model/ids.ts';
import type { LiveFrame } from '../model/wire.ts';

const MAX_SPANS = 50;
const MAX_CHARACTERS = 100_000;

/** Text of running model calls. The map is replaced, never changed in place; long texts keep their end. */
export interface LiveTexts {
  readonly texts: ReadonlyMap<SpanKey, string>;
  add(frame: LiveFrame): void;
  end(key: SpanKey): void;
  clear(): void;
}

export function createLiveTexts(): LiveTexts {
  let texts: ReadonlyMap<SpanKey, string> = new Map();
  /** Characters of the whole text that stand before what is held: we joined late, or cut the front. */
  const startByKey = new Map<SpanKey, number>();
  return {
    get texts() {
      return texts;
    },
    add(frame) {
      const key = spanKeyOf(frame.run, frame.span);
      const held = texts.get(key) ?? '';
      const start = startByKey.get(key) ?? frame.offset;
      const end = start + held.length;
      const isJoined = frame.offset >= start && frame.offset <= end;
      const whole = isJoined ? held.slice(0, frame.offset - start) + frame.text : frame.text;
      const kept = whole.slice(-MAX_CHARACTERS);
      const next = new Map(texts);
      next.delete(key);
      next.set(key, kept);
      startByKey.set(key, (isJoined ? start : frame.offset) + whole.length - kept.length);
      for (const oldest of next.keys()) {
        if (next.size <= MAX_SPANS) break;
        next.delete(oldest);
        startByKey.delete(oldest);
      }
      texts = next;
    },
    end(key) {
      if (!texts.has(key)) return;
      const next = new Map(texts);
      next.delete(key);
      startByKey.delete(key);
      texts = next;
    },
    clear() {
      texts = new Map();
      startByKey.clear();
    },
  };
}
