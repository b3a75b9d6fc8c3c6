import type { Detail, DetailPart } from '../../../model/detail.ts';
import { createPathMatcher, type PathMatcher } from './pathRule.ts';
import type { TextPattern } from './textPattern.ts';

/** What a team takes out of content, for everybody. */
export interface RedactionRule {
  /** Where; `undefined`: everywhere. */
  readonly path: string | undefined;
  /** What of the text there; `undefined`: the whole value. */
  readonly pattern: TextPattern | undefined;
  /** What it is called: `[redacted: email]`. */
  readonly kind: string;
  readonly reason: string | undefined;
}

/** Takes values out of content before it leaves the relay. Builds new values, changes none. */
export interface Redactor {
  readonly hasRules: boolean;
  redact(detail: Detail): Detail;
  /** One part of it, e.g. the message of a log line. */
  redactPart(part: DetailPart, value: unknown): unknown;
  /**
   * Text of a running call, with the same length: what was found becomes dots. The end is held back where it may turn out to begin
   * something to take out.
   * @returns `undefined`: nothing of it may be shown before it is whole
   */
  maskLiveText(text: string): string | undefined;
  /**
   * Where the front of such a text can be let go, so that nothing which is to be taken out loses its beginning and with it its shape.
   * @param least - at least so much has to go
   * @returns `undefined`: nowhere, since something that began before goes on to the end
   */
  cutLiveText(text: string, least: number): number | undefined;
}

const MAX_DEPTH = 200;
const MASK = '\u2022';

interface Place {
  readonly rule: RedactionRule;
  /** `undefined`: everywhere below. */
  readonly path: PathMatcher | undefined;
}

export function createRedactor(rules: readonly RedactionRule[]): Redactor {
  const top: readonly Place[] = rules.map((rule) => ({
    rule,
    path: rule.path === undefined ? undefined : createPathMatcher(rule.path),
  }));

  const step = (places: readonly Place[], key: string): readonly Place[] =>
    places.flatMap(({ rule, path }): Place[] => {
      if (path === undefined) return [{ rule, path }];
      const next = path.step(key);
      // a pattern that was asked for here holds for all that stands here
      if (next.isHere && rule.pattern) return [{ rule, path: undefined }];
      return next.isOver && !next.isHere ? [] : [{ rule, path: next }];
    });

  const redactText = (text: string, places: readonly Place[]): string => {
    let redacted = text;
    for (const { rule, path } of places) {
      if (path !== undefined || !rule.pattern) continue;
      const found = rule.pattern.find(redacted);
      if (found.length === 0) continue;
      let built = '';
      let at = 0;
      for (const [start, end] of found) {
        built += `${redacted.slice(at, start)}[redacted: ${rule.kind}]`;
        at = end;
      }
      redacted = built + redacted.slice(at);
    }
    return redacted;
  };

  /** Arguments and results are often JSON in a text: rules look inside. */
  const walkText = (text: string, places: readonly Place[], depth: number): unknown => {
    if (/^\s*[[{]/.test(text) && places.some(({ path }) => path !== undefined)) {
      try {
        const inner = walk(JSON.parse(text), places, depth + 1);
        return redactText(JSON.stringify(inner), places);
      } catch {
        // JSON that was cut off cannot be looked into: what a rule would take may stand in it
        const isWhole = ({ rule, path }: Place) => path !== undefined && !rule.pattern && !path.isOver;
        if (/^\s*(?:\{\s*"|\[\s*[[{"])/.test(text) && places.some(isWhole)) {
          return removed(text, { kind: 'unreadable', reason: undefined });
        }
      }
    }
    return redactText(text, places);
  };

  const walk = (value: unknown, places: readonly Place[], depth: number): unknown => {
    if (places.length === 0) return value;
    const whole = places.find(({ rule, path }) => !rule.pattern && path?.isHere);
    if (whole) return removed(value, whole.rule);
    if (typeof value === 'string') return walkText(value, places, depth);
    if (typeof value === 'number') return walkNumber(value, places);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_DEPTH) return removed(value, { kind: 'too deep', reason: undefined });
    if (Array.isArray(value)) return value.map((item, index) => walk(item, step(places, String(index)), depth + 1));
    const built: [string, unknown][] = Object.entries(value).map(([key, item]) => [
      redactText(key, places),
      walk(item, step(places, key), depth + 1),
    ]);
    return Object.fromEntries(built);
  };

  /** A card can stand there as a number. */
  const walkNumber = (value: number, places: readonly Place[]): unknown => {
    const text = String(value);
    const hit = places.find(({ rule, path }) => path === undefined && (rule.pattern?.find(text).length ?? 0) > 0);
    return hit ? removed(value, hit.rule) : value;
  };

  const redactPart = (part: DetailPart, value: unknown) => walk(value, step(top, part), 0);
  const isOutputTaken = top.some(({ rule, path }) => {
    const inOutput = path?.step('output');
    return !rule.pattern && inOutput !== undefined && (inOutput.isHere || !inOutput.isOver);
  });

  const patterns = rules.flatMap(({ pattern }) => (pattern ? [pattern] : []));
  const openFrom = (text: string) => Math.min(text.length, ...patterns.map((pattern) => pattern.openFrom(text)));
  const findAll = (text: string) => patterns.flatMap((pattern) => pattern.find(text));

  return {
    hasRules: rules.length > 0,
    redactPart,
    redact: (detail) =>
      rules.length === 0
        ? detail
        : (Object.fromEntries(
            Object.entries(detail).map(([part, value]) => [part, redactPart(part as DetailPart, value)]),
          ) as Detail),
    maskLiveText(text) {
      if (rules.length === 0) return text;
      if (isOutputTaken) return undefined;
      const spans = findAll(text);
      let shownTo = openFrom(text);
      // what is found at the very end may go on
      for (const [start, end] of spans) if (end > shownTo) shownTo = Math.min(shownTo, start);
      let masked = text;
      for (const [start, end] of spans) masked = masked.slice(0, start) + MASK.repeat(end - start) + masked.slice(end);
      return masked.slice(0, shownTo);
    },
    cutLiveText(text, least) {
      let cut = least;
      for (const [start, end] of findAll(text).toSorted(([left], [right]) => left - right))
        if (start < cut && end > cut) cut = end;
      return cut > openFrom(text) ? undefined : cut;
    },
  };
}

const removed = (value: unknown, { kind, reason }: Pick<RedactionRule, 'kind' | 'reason'>) => ({
  redacted: kind,
  size: Buffer.byteLength(JSON.stringify(value) ?? ''),
  ...(reason !== undefined && { reason }),
});
