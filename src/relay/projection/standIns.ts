import { createHmac } from 'node:crypto';
import type { NameCatalogue } from './nameCatalogue.ts';
import { hasKeyShape, hasSecretShape } from './secretShape.ts';

/** What takes the place of a text that must not be shown: stable for the same text, worthless without the key. */
export interface StandIns {
  /** An id: shown when it is opaque, else replaced. The same id gives the same stand-in in every field, so trees still join. */
  readonly id: (id: string) => string;
  /**
   * The id of an event: shown when it is a UUID that nobody computed. Foreign input has digests of its content in this place, and whoever sees
   * one can try guesses against it.
   */
  readonly eventId: (id: string) => string;
  /** The id behind one that {@link id} gave; `undefined` when it is not known (any more). For looking up only. */
  readonly rawId: (shown: string) => string | undefined;
  /** An operational name: shown when it is harmless, else `"tool 7f3a19"`. */
  readonly label: (name: string, kind: string) => string;
  /** The class or code of an error: shown when it is one word of code. */
  readonly code: (code: string, kind: string) => string;
  /** A keyed digest of anything, as hex: stable, worthless without the key. */
  readonly digest: (domain: string, text: string) => string;
  /** A person or a session: never shown. */
  readonly pseudonym: (value: string, kind: string) => string;
}

export interface NameRules {
  readonly catalogue: NameCatalogue;
  /** Shows what was declared, and nothing else. */
  readonly isStrict: boolean;
}

const MAX_CACHED = 20_000;
/** Wire rule 6: letters, digits, space, `_ . : / ( ) -`, at most 64 characters. */
const nameGrammar = /^[\p{L}\p{N} _.:/()-]{1,64}$/u;
const unseenCharacters = /[\p{C}\p{Zl}\p{Zp}]/u;
const codeGrammar = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;
/**
 * Ids that say nothing: a UUID, or what the SDKs make: a known beginning and hex digits, or a short number.
 * Anything else could be a text that somebody put in the place of an id; long numbers could be a card or a phone.
 */
const idGrammar =
  /^(?:(?:trace|span|run|task|turn|agent|llm|tool|call|resp|msg|fc|evt|group|log|prod|producer)[_-])?(?:(?=[0-9]*[a-f])[0-9a-f]{8,64}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{1,6})$/i;

/** Codes that say nothing of anybody: shown also where names are strict. */
const knownCodes = new Set(
  [
    'stop length tool_calls tool_use content_filter end_turn max_tokens function_call completed incomplete cancelled',
    'chat responses embedding completion text_completion generate_content execute_tool invoke_agent',
    'Error TypeError RangeError TimeoutError AbortError RateLimitError APIError APIConnectionError',
    'timeout rate_limit_exceeded server_error approval.rejected tool.failed guardrail.tripped',
    'openai-agents openai-agents-js openai-agents-python spanlight javascript typescript python',
    'agent function generation response handoff guardrail custom mcp_tools transcription speech task turn',
    'retry cause parent follows_from',
  ].flatMap((line) => line.split(' ')),
);

/** All but versions 3 and 5, which are digests of a text. */
const uuidGrammar = /^[0-9a-f]{8}-[0-9a-f]{4}-[1246-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * @param key - at least 32 characters; who has it can test guesses
 * @param project - the same text has another stand-in in another project
 * @param names - what is shown beside harmless names; default: nothing was declared
 */
export function createStandIns(key: string, project: string, names?: NameRules): StandIns {
  const cache = new Map<string, string>();
  const isStrict = names?.isStrict ?? false;
  let seenVersion = 0;
  const rawByStandIn = new Map<string, string>();

  const digest = (domain: string, text: string, length: number): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([domain, project, text]))
      .digest('hex')
      .slice(0, length);

  /** The shape of a key hides a declared name as well: a catalogue is input like any other. */
  const isDeclared = (name: string) =>
    (names?.catalogue.has(name) ?? false) && !hasKeyShape(name) && !unseenCharacters.test(name);
  const isNameShown = (name: string): boolean =>
    name === '' || isDeclared(name) || (!isStrict && nameGrammar.test(name) && !hasSecretShape(name));

  const cached = (domain: string, text: string, make: () => string): string => {
    const version = names?.catalogue.version ?? 0;
    if (version !== seenVersion) {
      cache.clear(); // a name that was declared late is shown from now on
      seenVersion = version;
    }
    const cacheKey = `${domain}\u001f${text}`;
    const known = cache.get(cacheKey);
    if (known !== undefined) return known;
    if (cache.size >= MAX_CACHED) cache.clear();
    const made = make();
    cache.set(cacheKey, made);
    return made;
  };

  const standInId = (id: string) => {
    const standIn = `id_${digest('id', id, 24)}`;
    if (rawByStandIn.size >= MAX_CACHED) rawByStandIn.clear();
    rawByStandIn.set(standIn, id);
    return standIn;
  };
  const standInName = (name: string, kind: string) => `${kind} ${digest('name', name, 6)}`;

  return {
    id: (id) => cached('id', id, () => (idGrammar.test(id) ? id : standInId(id))),
    eventId: (id) => (uuidGrammar.test(id) ? id : cached('event', id, () => `id_${digest('event', id, 24)}`)),
    rawId: (shown) => (idGrammar.test(shown) ? shown : rawByStandIn.get(shown)),
    label: (name, kind) => cached(`label:${kind}`, name, () => (isNameShown(name) ? name : standInName(name, kind))),
    code: (code, kind) =>
      cached(`code:${kind}`, code, () =>
        codeGrammar.test(code) && !hasSecretShape(code) && (!isStrict || knownCodes.has(code) || isDeclared(code))
          ? code
          : standInName(code, kind),
      ),
    digest: (domain, text) => digest(domain, text, 24),
    pseudonym: (value, kind) => cached(`pseudonym:${kind}`, value, () => `${kind} ${digest(kind, value, 10)}`),
  };
}
