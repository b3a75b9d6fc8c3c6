import type { Detail } from '../../../model/detail.ts';
import type { Span } from '../../../model/span.ts';
import { parseContent } from '../../content.ts';
import { asText, isRecord } from '../../looseRecord.ts';
import { attributeTable, flattened } from '../attributeTable.ts';
import { type AttributeList, anyValueOf } from './anyValueOf.ts';

/** Names under which other tools look for content, by what the span is. */
function contentNames({ kind }: Span): { readonly input: string; readonly output: string } {
  if (kind === 'tool') return { input: 'gen_ai.tool.call.arguments', output: 'gen_ai.tool.call.result' };
  if (kind === 'llm' || kind === 'agent') return { input: 'gen_ai.input.messages', output: 'gen_ai.output.messages' };
  return { input: 'input.value', output: 'output.value' };
}

const isPlain = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Content as the text that reading turns into the same content; `undefined` where no text does. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return parseContent(value) === value ? value : undefined;
  return isPlain(value) ? JSON.stringify(value) : undefined;
}

const isTaken = (key: string): boolean =>
  attributeTable.has(key) || key.startsWith('spanlight.') || flattened.some(([prefix]) => key.startsWith(prefix));

/** Attributes that may stand for themselves; the others are left for our own part. */
function writeAttributes(attributes: Readonly<Record<string, unknown>>, list: AttributeList): Record<string, unknown> {
  const left: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && !isTaken(key) && anyValueOf(value) !== undefined) list.add(key, value);
    else if (value !== undefined) left[key] = value;
  }
  return left;
}

/**
 * Writes the content of a span: under the names of the conventions what they can hold exactly, the rest as JSON under
 * `spanlight.detail`.
 */
export function writeContent(span: Span, list: AttributeList): void {
  const { detail } = span;
  if (!detail) return;
  const names = contentNames(span);
  const own: { -readonly [Part in keyof Detail]: Detail[Part] } = {};
  for (const [part, value] of Object.entries(detail) as [keyof Detail, unknown][]) {
    if (value === undefined) continue;
    const name =
      part === 'input' || part === 'output' ? names[part] : part === 'instructions' ? instructionsName : undefined;
    const text = name === undefined ? undefined : textOf(value);
    if (name !== undefined && text !== undefined) list.add(name, text);
    else if (part === 'attributes' && isRecord(value)) {
      const left = writeAttributes(value, list);
      if (Object.keys(left).length > 0 || Object.keys(value).length === 0) own.attributes = left;
    } else own[part] = value;
  }
  if (Object.keys(own).length > 0) list.add('spanlight.detail', JSON.stringify(own));
}

const instructionsName = 'gen_ai.system_instructions';

/** Text of a failure, as far as it is one. */
export const errorMessageOf = ({ detail }: Span): string | undefined =>
  isRecord(detail?.error) ? asText(detail.error['message']) : undefined;
