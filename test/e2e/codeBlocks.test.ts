import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { blocksOf, guides, rootDir } from '../docs/pages.ts';

/** What a host has before it reads a page. */
const host = `
declare const agent: import('@openai/agents').Agent;
declare const input: string;
declare const question: string;
declare const processor: import('spanlight/agent').SpanlightProcessor;
declare function handle(event: unknown): void;
declare function askSomebody(call: unknown): Promise<{ isApproved: boolean; by: string; reason?: string }>;
declare const customer: { id: string };
declare const order: { id: string };
`;
/** Of a version of a package that is not the one installed here. */
const elsewhere = ['docs/sources/vercel-ai.md'];

const run = (args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: rootDir, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });

/** @returns what the compiler says of the blocks, at the lines of their pages */
async function checkTypes(blocks: readonly { readonly page: string; readonly line: number; readonly code: string }[]) {
  mkdirSync(join(rootDir, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(rootDir, '.tmp', 'docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // no `paths`: inside of its folder a package is found by its own name as everywhere else, by `exports`
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node', 'vite/client'],
  };
  const config = { compilerOptions, include: ['.'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'host.d.ts'), host);
  for (const [index, { code }] of blocks.entries())
    writeFileSync(join(folder, `b${index}.tsx`), `${code}\nexport {};\n`);
  const said = await run([join(rootDir, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false']);
  return said
    .split('\n')
    .filter((text) => text !== '' && !text.startsWith(' '))
    .map((text) => {
      const [, index, line, rest] = /\bb(\d+)\.tsx\((\d+),\d+\): (.*)$/.exec(text) ?? [];
      const block = blocks[Number(index)];
      return block ? `${block.page}:${block.line + Number(line) - 1}: ${rest}` : text;
    });
}

it('TypeScript that the pages give type-checks as it stands there, against the built package', async () => {
  const blocks = guides
    .filter(({ path }) => !elsewhere.includes(path))
    .flatMap((page) =>
      blocksOf(page)
        .filter(({ language }) => /^tsx?$/.test(language))
        .map(({ code, line }) => ({ page: page.path, line, code })),
    );
  expect(blocks.length).toBeGreaterThan(20);
  const broken = { page: 'a page', line: 7, code: "import { noSuchPart } from 'spanlight';\nnoSuchPart();" };
  const said = await checkTypes([...blocks, broken]);
  expect(said).toEqual([expect.stringMatching(/^a page:7: error TS2305/)]);
}, 120_000);

it('types of parts name those of the host’s React: what one version of it allows is spelled out in none', () => {
  const folder = join(rootDir, 'dist/components');
  const declarations = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.d.ts'),
  );
  expect(declarations.length).toBeGreaterThan(50);
  // `ReactNode` of React 19 written out: on React 18 a part whose declaration has it is no component
  const spelled = declarations.filter((name) => /\bbigint\b/.test(readFileSync(join(folder, name), 'utf8')));
  expect(spelled).toEqual([]);
});
