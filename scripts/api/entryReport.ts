import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DeclarationFile, parseDeclarations } from './declarations.ts';

/** A declaration: its file and the name it has there. */
interface Target {
  readonly file: string;
  readonly name: string;
}

/** A name that an entry offers; parts stand under their namespace, e.g. `SpanTree.Row`. */
interface Offered extends Target {
  readonly publicName: string;
}

const keyOf = ({ file, name }: Target): string => `${file}#${name}`;

/** What entries offer, told from the `.d.ts` files that the compiler wrote. */
export function createApiReports(root: string, entries: Readonly<Record<string, string>>): Map<string, string> {
  const files = new Map<string, DeclarationFile>();

  const load = (file: string): DeclarationFile => {
    const known = files.get(file);
    if (known) return known;
    const loaded = parseDeclarations(readFileSync(file, 'utf8'));
    files.set(file, loaded);
    return loaded;
  };
  const fileOf = (from: string, specifier: string): string | undefined => {
    if (!specifier.startsWith('.')) return undefined; // of another package
    const file = join(dirname(from), specifier.replace(/\.tsx?$/, '.d.ts'));
    if (!existsSync(file)) throw new Error(`${from} names ${specifier}, which was not emitted`);
    return file;
  };
  /** Follows a name through imports and re-exports to where it is declared. */
  const resolve = (file: string, name: string): Target | undefined => {
    const { declarations, imports, exports, starsFrom } = load(file);
    if (declarations.has(name)) return { file, name };
    const exported = exports.get(name);
    const origin = exported === 'here' || exported === undefined ? imports.get(name) : exported;
    if (origin) {
      if (origin.from === '') return resolve(file, origin.name);
      const next = fileOf(file, origin.from);
      return next && origin.name !== '*' ? resolve(next, origin.name) : undefined;
    }
    for (const star of starsFrom) {
      const next = fileOf(file, star);
      const found = next && resolve(next, name);
      if (found) return found;
    }
    return undefined;
  };
  const offeredBy = (file: string, prefix = ''): Offered[] =>
    [
      ...[...load(file).exports].flatMap(([publicName, origin]): Offered[] => {
        if (origin !== 'here' && origin.name === '*') {
          const next = fileOf(file, origin.from);
          return next ? offeredBy(next, `${prefix}${publicName}.`) : [];
        }
        const target = resolve(file, origin !== 'here' && origin.from === '' ? origin.name : publicName);
        return target ? [{ ...target, publicName: prefix + publicName }] : [];
      }),
      ...load(file).starsFrom.flatMap((star) => {
        const next = fileOf(file, star);
        return next ? offeredBy(next, prefix) : [];
      }),
    ].sort((left, right) => (left.publicName < right.publicName ? -1 : 1));

  const textOf = ({ file, name }: Target): string => load(file).declarations.get(name) ?? '';
  /** Declarations of ours that a declaration names. */
  const namedBy = (target: Target): Target[] => {
    const text = textOf(target);
    const names = new Set(text.match(/[A-Za-z_$][\w$]*/g));
    const found = [...names].flatMap((name) => (name === target.name ? [] : (resolve(target.file, name) ?? [])));
    for (const [, specifier = '', name = ''] of text.matchAll(/import\("([^"]+)"\)\.([\w$]+)/g)) {
      const next = fileOf(target.file, specifier);
      const inline = next && resolve(next, name);
      if (inline) found.push(inline);
    }
    return found;
  };

  const offers = new Map(Object.entries(entries).map(([entry, file]) => [entry, offeredBy(join(root, file))]));
  /** Where a declaration is told in full: the first entry that offers it. */
  const homes = new Map<string, string>();
  for (const [entry, offered] of offers) {
    for (const target of offered) if (!homes.has(keyOf(target))) homes.set(keyOf(target), entry);
  }

  const reportOf = (entry: string, offered: readonly Offered[]): string => {
    const own = offered.filter((target) => homes.get(keyOf(target)) === entry);
    const foreign = offered.filter((target) => homes.get(keyOf(target)) !== entry);
    const inner = new Map<string, Target>();
    const waiting: Target[] = [...own];
    for (let target = waiting.pop(); target; target = waiting.pop()) {
      for (const named of namedBy(target)) {
        if (homes.has(keyOf(named)) || inner.has(keyOf(named))) continue;
        inner.set(keyOf(named), named);
        waiting.push(named);
      }
    }
    const hidden = [...inner.values()].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
    return [
      `# ${entry}\n`,
      'What this entry offers, as the compiler sees it. Written by `npm run api`; `npm run check:api` holds it to the sources.\n',
      ...own.map((target) => `## ${target.publicName}\n\n${code(textOf(target))}`),
      ...(foreign.length > 0
        ? [
            `## The same as elsewhere\n\n${foreign.map((one) => `- \`${one.publicName}\` of \`${homes.get(keyOf(one))}\``).join('\n')}\n`,
          ]
        : []),
      ...(hidden.length > 0
        ? [`## Not offered, but part of what is\n\n${hidden.map((target) => code(textOf(target))).join('\n')}`]
        : []),
    ].join('\n');
  };
  return new Map([...offers].map(([entry, offered]) => [entry, reportOf(entry, offered)]));
}

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\`\n`;
