import type { Detail, DetailPart } from '../../../model/detail.ts';
import { findHidden, openHiddenFrom } from './findHidden.ts';
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
const isJsonLike = /^\s*["[{]/;
/** The beginning of an object or a list, also of one in a text, or as Python prints it. */
const isUnreadable = /^\s*(?:"\s*)?(?:\{\s*\\*["']|\[\s*(?:[[{]|\\*["']|(?:-?\d[\d.eE+-]*|true|false|null)\s*,))/;

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
    const asked = places.flatMap(({ rule, path }) => (path === undefined && rule.pattern ? [rule] : []));
    let built = '';
    let at = 0;
    for (const { start, end, by } of findHidden(text, patternsOf(asked))) {
      built += `${text.slice(at, start)}[redacted: ${asked[by]?.kind}]`;
      at = end;
    }
    return built + text.slice(at);
  };

  /** Arguments and results are often JSON in a text, or in a text within a text: rules look inside. */
  const walkText = (text: string, places: readonly Place[], depth: number): unknown => {
    if (!isJsonLike.test(text) || places.every(({ path }) => path === undefined)) return redactText(text, places);
    let inner: unknown;
    try {
      inner = JSON.parse(text);
    } catch {
      return isUnreadable.test(text) ? walkUnreadable(text, places) : redactText(text, places);
    }
    return redactText(JSON.stringify(walk(inner, places, depth + 1)), places);
  };

  /** JSON that was cut off cannot be looked into: what a rule would take may stand anywhere in it. */
  const walkUnreadable = (text: string, places: readonly Place[]): unknown => {
    if (places.some(({ rule }) => !rule.pattern)) return removed(text, { kind: 'unreadable', reason: undefined });
    return redactText(
      text,
      places.map(({ rule }) => ({ rule, path: undefined })),
    );
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

  const patterns = patternsOf(rules);

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
      const hidden = findHidden(text, patterns);
      let masked = text;
      for (const { start, end } of hidden)
        masked = masked.slice(0, start) + MASK.repeat(end - start) + masked.slice(end);
      return masked.slice(0, openHiddenFrom(text, patterns));
    },
    cutLiveText(text, least) {
      let cut = least;
      for (const { start, end } of findHidden(text, patterns)) if (start < cut && end > cut) cut = end;
      return cut > openHiddenFrom(text, patterns) ? undefined : cut;
    },
  };
}

const patternsOf = (rules: readonly RedactionRule[]) => rules.flatMap(({ pattern }) => (pattern ? [pattern] : []));

const removed = (value: unknown, { kind, reason }: Pick<RedactionRule, 'kind' | 'reason'>) => ({
  redacted: kind,
  size: Buffer.byteLength(JSON.stringify(value) ?? ''),
  ...(reason !== undefined && { reason }),
});
