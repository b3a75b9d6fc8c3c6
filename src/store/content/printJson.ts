import { childKeys, childOf, jsonKindOf, leafText } from './jsonShape.ts';

/** A piece of a printed line. `redacted`: a value that was removed, kept as it came. */
export interface JsonToken {
  readonly text: string;
  readonly tone: 'plain' | 'key' | 'string' | 'number' | 'literal' | 'redacted';
  readonly value?: unknown;
}
export type JsonLine = readonly JsonToken[];

const toneOf = {
  string: 'string',
  number: 'number',
  boolean: 'literal',
  null: 'literal',
  redacted: 'redacted',
  other: 'literal',
} as const;

/** JSON on indented lines, in pieces that can be coloured. O(size). For small values: a large one is read in the tree. */
export function printJson(value: unknown): readonly JsonLine[] {
  const lines: JsonToken[][] = [[]];
  const put = (text: string, tone: JsonToken['tone'] = 'plain', of?: unknown) => {
    lines[lines.length - 1]?.push({ text, tone, ...(of === undefined ? {} : { value: of }) });
  };
  const indent = (depth: number) => lines.push(depth === 0 ? [] : [{ text: '  '.repeat(depth), tone: 'plain' }]);
  const print = (one: unknown, depth: number) => {
    const kind = jsonKindOf(one);
    if (kind !== 'object' && kind !== 'list') {
      put(leafText(one), toneOf[kind], kind === 'redacted' ? one : undefined);
      return;
    }
    const keys = childKeys(one);
    const [open, close] = kind === 'list' ? ['[', ']'] : ['{', '}'];
    if (keys.length === 0 || depth > MAX_DEPTH) {
      put(keys.length === 0 ? `${open}${close}` : `${open} … ${close}`);
      return;
    }
    put(open);
    for (const [at, key] of keys.entries()) {
      indent(depth + 1);
      if (kind === 'object') {
        put(JSON.stringify(key), 'key');
        put(': ');
      }
      print(childOf(one, key), depth + 1);
      if (at < keys.length - 1) put(',');
    }
    indent(depth);
    put(close);
  };
  print(value, 0);
  return lines;
}

/** Deeper nesting is an attack on the stack; the tree shows it. */
const MAX_DEPTH = 200;
