/** Where a name of a module comes from: another module, under another name perhaps; `*` = all of it as a namespace. */
interface NameOrigin {
  readonly from: string;
  readonly name: string;
}

/** One `.d.ts` file as the compiler wrote it: what it declares, and where its other names come from. */
export interface DeclarationFile {
  /** Text of each declaration, without comments. */
  readonly declarations: ReadonlyMap<string, string>;
  readonly imports: ReadonlyMap<string, NameOrigin>;
  readonly exports: ReadonlyMap<string, NameOrigin | 'here'>;
  /** `export * from`. */
  readonly starsFrom: readonly string[];
}

const declared =
  /^(export )?(?:declare )?(?:abstract )?(?:interface|class|type|const|let|function|enum|namespace) ([\w$]+)/;
const block = /^(?:export )?(?:declare )?(?:abstract )?(?:interface|class|enum|namespace) /;

export function parseDeclarations(text: string): DeclarationFile {
  const declarations = new Map<string, string>();
  const imports = new Map<string, NameOrigin>();
  const exports = new Map<string, NameOrigin | 'here'>();
  const starsFrom: string[] = [];
  for (const statement of splitStatements(withoutComments(text))) {
    const [, isExported, name] = declared.exec(statement) ?? [];
    if (name) {
      const known = declarations.get(name);
      declarations.set(name, known ? `${known}\n${statement}` : statement); // overloads
      if (isExported) exports.set(name, 'here');
    } else if (statement.startsWith('import ')) readImport(statement, imports);
    else if (statement.startsWith('export ')) readExport(statement, exports, starsFrom);
  }
  return { declarations, imports, exports, starsFrom };
}

const fromOf = (statement: string): string | undefined => /from '([^']+)';$/.exec(statement)?.[1];

function readImport(statement: string, imports: Map<string, NameOrigin>): void {
  const from = fromOf(statement);
  if (!from) return;
  for (const { name, as } of namesIn(statement)) imports.set(as, { from, name });
  const all = /\* as ([\w$]+)/.exec(statement)?.[1];
  if (all) imports.set(all, { from, name: '*' });
}

function readExport(statement: string, exports: Map<string, NameOrigin | 'here'>, starsFrom: string[]): void {
  const from = fromOf(statement);
  for (const { name, as } of namesIn(statement)) exports.set(as, from ? { from, name } : { from: '', name });
  const all = /\* as ([\w$]+) from/.exec(statement)?.[1];
  if (from && all) exports.set(all, { from, name: '*' });
  else if (from && statement.startsWith('export * from')) starsFrom.push(from);
}

/** `{ type A, B as C }` */
function namesIn(statement: string): { readonly name: string; readonly as: string }[] {
  const list = /\{([^}]*)\}/.exec(statement)?.[1] ?? '';
  return list
    .split(',')
    .map((item) => item.trim().replace(/^type /, ''))
    .filter(Boolean)
    .map((item) => {
      const [name = '', as = name] = item.split(' as ');
      return { name, as };
    });
}

/** Top-level statements: a block ends with its brace, everything else with its semicolon. */
function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] as string;
    if (char === '"' || char === "'" || char === '`') index = endOfString(text, index);
    else if ('({['.includes(char)) depth += 1;
    else if (')}]'.includes(char)) depth -= 1;
    if (depth > 0 || !(char === ';' || isEndOfBlock(text, start, index))) continue;
    statements.push(text.slice(start, index + 1).trim());
    start = index + 1;
  }
  return statements;
}

/** The brace of a type argument is followed by its `>`, that of a block by nothing. */
const isEndOfBlock = (text: string, start: number, index: number): boolean =>
  text[index] === '}' && (text[index + 1] ?? '\n') === '\n' && block.test(text.slice(start, index).trimStart());

function withoutComments(text: string): string {
  let kept = '';
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] as string;
    if (char === '"' || char === "'" || char === '`') {
      const end = endOfString(text, index);
      kept += text.slice(index, end + 1);
      index = end;
    } else if (text.startsWith('/*', index)) index = text.indexOf('*/', index) + 1;
    else if (text.startsWith('//', index)) index = text.indexOf('\n', index) - 1;
    else kept += char;
  }
  return kept.replace(/[ \t]+$/gm, '').replace(/\n{2,}/g, '\n');
}

/** Index of the quote that closes the one at `from`. */
function endOfString(text: string, from: number): number {
  let index = from + 1;
  while (index < text.length && text[index] !== text[from]) index += text[index] === '\\' ? 2 : 1;
  return index;
}
