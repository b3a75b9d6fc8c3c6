import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { flattenLayers } from './flattenLayers.ts';

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
