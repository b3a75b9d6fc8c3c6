import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDeclarations } from '../../scripts/api/declarations.ts';
import { createApiReports } from '../../scripts/api/entryReport.ts';

describe('parseDeclarations', () => {
  it('tells declarations, imports and exports apart, whatever stands inside them', () => {
    const file = parseDeclarations(`
import type { A, B as C } from './a.ts';
import * as z from 'zod/mini';
/** A doc with { and "quotes" and export type Fake = 1; */
export interface Box<T extends { a: string; }> {
    readonly text: "}" | ';'; // a brace: }
    call(value: A): C;
}
export declare const table: {
    readonly 'a;b': "//";
};
declare class Hidden extends Error {
    constructor();
}
export type Name = Hidden | \`\${string};\`;
export declare function over(a: string): void;
export declare function over(a: number): void;
export { type Name as Other, Hidden } from './b.ts';
export * as Parts from './parts.ts';
export * from './all.ts';
`);
    expect([...file.declarations.keys()]).toEqual(['Box', 'table', 'Hidden', 'Name', 'over']);
    expect(file.declarations.get('over')?.match(/function over/g)).toHaveLength(2);
    expect(file.declarations.get('Box')).not.toContain('//');
    expect(file.declarations.get('table')).toContain('"//"');
    expect(file.imports).toEqual(
      new Map([
        ['A', { from: './a.ts', name: 'A' }],
        ['C', { from: './a.ts', name: 'B' }],
        ['z', { from: 'zod/mini', name: '*' }],
      ]),
    );
    expect(file.exports.get('Box')).toBe('here');
    expect(file.exports.get('Hidden')).toEqual({ from: './b.ts', name: 'Hidden' });
    expect(file.exports.get('Other')).toEqual({ from: './b.ts', name: 'Name' });
    expect(file.exports.get('Parts')).toEqual({ from: './parts.ts', name: '*' });
    expect(file.starsFrom).toEqual(['./all.ts']);
  });
});

describe('createApiReports', () => {
  let root: string;
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const report = () => createApiReports(root, { 'pkg/store': 'store/index.d.ts', pkg: 'index.d.ts' });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'spanlight-api-'));
    await write(
      'model/span.d.ts',
      'export interface Span { kind: Kind; }\nexport type Kind = "a" | "b";\nexport type Unused = 1;\n',
    );
    await write(
      'store/index.d.ts',
      `import type { Span } from '../model/span.ts';\nexport type { Span } from '../model/span.ts';\nexport declare function read(span: Span, how: import("./how.ts").How): void;\n`,
    );
    await write('store/how.d.ts', 'export interface How { fast: boolean; }\n');
    await write('parts/index.parts.d.ts', "export { TreeRow as Row } from './TreeRow.tsx';\n");
    await write('parts/TreeRow.d.ts', 'export declare const TreeRow: (props: { span: string; }) => void;\n');
    await write(
      'index.d.ts',
      `export * as Tree from './parts/index.parts.ts';\nexport type { Span } from './model/span.ts';\n`,
    );
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('tells what is offered, and what that is made of', () => {
    const store = report().get('pkg/store') ?? '';
    expect(store.match(/^## .*$/gm)).toEqual(['## Span', '## read', '## Not offered, but part of what is']);
    expect(store).toContain('export type Kind = "a" | "b";');
    expect(store).toContain('export interface How { fast: boolean; }');
    expect(store).not.toContain('Unused');
  });

  it('tells parts under their namespace, and in one entry what stands in another', () => {
    const whole = report().get('pkg') ?? '';
    expect(whole).toContain('## Tree.Row');
    expect(whole).toContain('- `Span` of `pkg/store`');
    expect(whole).not.toContain('interface Span');
  });

  it.each([
    ['store/how.d.ts', 'export interface How { fast: string; }\n', 'pkg/store'],
    ['model/span.d.ts', 'export interface Span { kind: Kind; }\nexport type Kind = "a";\n', 'pkg/store'],
    ['parts/index.parts.d.ts', "export { TreeRow as Line } from './TreeRow.tsx';\n", 'pkg'],
  ])('changes with %s', async (path, text, entry) => {
    const before = report();
    await write(path, text);
    const after = report();
    expect(after.get(entry)).not.toBe(before.get(entry));
  });

  it('does not change with a comment', async () => {
    const before = report();
    await write('store/how.d.ts', '/** How. */\nexport interface How { fast: boolean; }\n');
    expect(report()).toEqual(before);
  });
});
