/** Where a text stops being JSON. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly line: number;
  readonly column: number;
  constructor(reason: string, line: number, column: number) {
    super(reason);
    this.line = line;
    this.column = column;
  }
}

export interface JsonWithLines {
  readonly value: unknown;
  /** Line of the value at a path, from 1; of the nearest value around it when there is none. */
  lineOf(path: readonly PropertyKey[]): number;
}

const MAX_DEPTH = 64;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** `\\p{Cc}` takes U+007F to U+009F too, which JSON allows and nobody writes in a workflow. */
const text = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const word = /true|false|null/y;
const space = /[ \t\r\n]*/y;

/**
 * Parses JSON that people write, and remembers the lines, so that a fault can be told where it stands.
 * A name that stands twice in an object is a fault: the second would silently win.
 * @throws {JsonFault}
 */
export function parseJsonLines(source: string): JsonWithLines {
  const lineByPath = new Map<string, number>();
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  let countedAt = 0;
  let line = 1;

  const lineHere = (): number => {
    for (; countedAt < at; countedAt += 1) if (source.charCodeAt(countedAt) === 10) line += 1;
    return line;
  };
  const fail = (reason: string): never => {
    throw new JsonFault(reason, lineHere(), at - source.lastIndexOf('\n', at - 1));
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = () => void take(space);

  const readList = (path: readonly PropertyKey[]): unknown[] => {
    const list: unknown[] = [];
    at += 1;
    skip();
    if (source[at] === ']') {
      at += 1;
      return list;
    }
    for (;;) {
      list.push(readValue([...path, list.length]));
      skip();
      const next = source[at];
      if (next !== ',' && next !== ']') return fail('a "," or "]" is missing');
      at += 1;
      if (next === ']') return list;
      skip();
    }
  };

  const readObject = (path: readonly PropertyKey[]): Record<string, unknown> => {
    const fields = Object.create(null) as Record<string, unknown>;
    at += 1;
    skip();
    if (source[at] === '}') {
      at += 1;
      return fields;
    }
    for (;;) {
      const quoted = take(text);
      if (quoted === undefined) return fail('a field name in double quotes is missing');
      const name = JSON.parse(quoted) as string;
      if (name in fields) return fail('a field stands twice in one object');
      skip();
      if (source[at] !== ':') return fail('a ":" is missing');
      at += 1;
      fields[name] = readValue([...path, name]);
      skip();
      const next = source[at];
      if (next !== ',' && next !== '}') return fail('a "," or "}" is missing');
      at += 1;
      if (next === '}') return fields;
      skip();
    }
  };

  const readValue = (path: readonly PropertyKey[]): unknown => {
    skip();
    lineByPath.set(JSON.stringify(path), lineHere());
    if (path.length > MAX_DEPTH) return fail(`it is nested deeper than ${MAX_DEPTH} levels`);
    const first = source[at];
    if (first === '{') return readObject(path);
    if (first === '[') return readList(path);
    const found = first === '"' ? take(text) : (take(word) ?? take(number));
    return found === undefined
      ? fail(at >= source.length ? 'it ends too early' : 'no JSON value begins here')
      : JSON.parse(found);
  };

  const value = readValue([]);
  skip();
  if (at < source.length) fail('something stands after the end');
  return {
    value,
    lineOf(path) {
      for (let length = path.length; length >= 0; length -= 1) {
        const known = lineByPath.get(JSON.stringify(path.slice(0, length)));
        if (known !== undefined) return known;
      }
      return 1;
    },
  };
}
