import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const theme = 'src/theme';
/** Sheets that ship, by the name they ship under. `themes/*` are mappings only. */
const sheets = ['styles.css', 'base.css', 'themes/shadcn.css', 'themes/mui.css', 'themes/plain.css'];

/** Puts every relative `@import` in its place, keeping `layer(x)` as an `@layer` block. */
function inlineImports(file: string): string {
  const source = readFileSync(file, 'utf8');
  return source.replace(
    /^@import\s+["']([^"']+)["'](?:\s+layer\(([^)]+)\))?\s*;\s*$/gm,
    (_all, path: string, layer?: string) => {
      const text = inlineImports(join(dirname(file), path));
      return layer ? `@layer ${layer} {\n${text}}\n` : text;
    },
  );
}

/** Takes the layers off, in the order they were declared: an unlayered reset of the host then cannot beat a rule of ours. */
export function flattenLayers(css: string): string {
  const order =
    /@layer\s+([\w.,\s-]+);/
      .exec(css)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? [];
  const blocks = new Map<string, string[]>(order.map((name) => [name, []]));
  const rest: string[] = [];
  let at = 0;
  const opening = /@layer\s+([\w.-]+)\s*\{/g;
  for (let match = opening.exec(css); match; match = opening.exec(css)) {
    rest.push(css.slice(at, match.index));
    let depth = 1;
    let end = opening.lastIndex;
    while (depth > 0 && end < css.length) {
      if (css[end] === '{') depth += 1;
      else if (css[end] === '}') depth -= 1;
      end += 1;
    }
    const name = match[1] ?? '';
    const block = blocks.get(name);
    if (!block) throw new Error(`layer ${name} is not in the order list`);
    block.push(css.slice(opening.lastIndex, end - 1).trim());
    at = end;
    opening.lastIndex = end;
  }
  rest.push(css.slice(at));
  const head = rest
    .join('')
    .replace(/@layer\s+[\w.,\s-]+;/, '')
    .trim();
  return `${[head, ...[...blocks.values()].flat()].filter(Boolean).join('\n\n')}\n`;
}

/** `styles.css`, as shipped: flat or layered. */
export function buildStylesheet(name: string, kind: 'flat' | 'layered'): string {
  const layered = inlineImports(join(theme, name));
  return kind === 'layered' ? layered : flattenLayers(layered);
}

/** Ships the sheets with a declaration file each: TypeScript 6 and newer report TS2882 on a sheet without one. */
export function stylesheets(): Plugin {
  return {
    name: 'spanlight-stylesheets',
    apply: 'build',
    generateBundle() {
      const emit = (fileName: string, source: string) => {
        this.emitFile({ type: 'asset', fileName, source });
        this.emitFile({ type: 'asset', fileName: `${fileName}.d.ts`, source: 'export {};\n' });
      };
      for (const sheet of sheets) emit(sheet, buildStylesheet(sheet, 'flat'));
      emit('styles.layered.css', buildStylesheet('styles.css', 'layered'));
    },
  };
}
