import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** Packages that an entry needs at once, and those that it loads when they are wanted. */
async function packagesOf(entry: string): Promise<{ atOnce: string[]; later: string[] }> {
  const { metafile } = await build({
    entryPoints: [join(src, entry)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    splitting: true,
    outdir: 'out',
    platform: 'node',
    packages: 'external',
    jsx: 'automatic',
    logLevel: 'silent',
  });
  const atOnce = new Set<string>();
  const later = new Set<string>();
  for (const { imports } of Object.values(metafile.outputs)) {
    for (const { path, kind, external } of imports) {
      if (external)
        (kind === 'dynamic-import' ? later : atOnce).add(builtinModules.includes(path) ? `node:${path}` : path);
    }
  }
  return { atOnce: [...atOnce].sort(), later: [...later].sort() };
}

describe('entries', () => {
  it.each([
    ['store/index.ts', ['zustand/vanilla'], []],
    ['transport/index.ts', ['eventsource-parser'], []],
    ['adapters/index.ts', ['zod/mini'], []],
    ['simulator/index.ts', [], []],
    ['prices/index.ts', [], ['@pydantic/genai-prices']],
  ])('%s reaches these packages and no other: %j, and later %j', async (entry, atOnce, later) => {
    expect(await packagesOf(entry)).toEqual({ atOnce, later });
  });

  it.each(['relay/index.ts', 'agent/index.ts', 'cli/index.ts'])('%s reaches no React', async (entry) => {
    const { atOnce, later } = await packagesOf(entry);
    expect([...atOnce, ...later].filter((name) => /^(react|@xyflow|@tanstack)/.test(name))).toEqual([]);
    expect(atOnce.some((name) => name.startsWith('node:'))).toBe(true);
  });

  it('the agent side needs no SDK to load: a process without it can still import it', async () => {
    expect((await packagesOf('agent/index.ts')).atOnce).not.toContain('@openai/agents');
  });

  it('the React entry reaches no Node module, no schema library, no price table and nothing of the relay', async () => {
    const { atOnce, later } = await packagesOf('index.ts');
    const foreign = [...atOnce, ...later].filter((name) => /^(node:|zod|@pydantic|hono|@hono|ws$|@openai)/.test(name));
    expect(foreign).toEqual([]);
    expect(atOnce).toContain('react');
  });

  it('every file of hooks and components that runs says that it is for the client', () => {
    const files = ['hooks', 'components'].flatMap((folder) =>
      readdirSync(join(src, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(src, folder, name)),
    );
    expect(files.length).toBeGreaterThan(50);
    const needsClient = /\b(?:use[A-Z]\w*|createContext|forwardRef)\s*[<(]|\bon[A-Z]\w+=\{/;
    const silent = files.filter((file) => {
      const text = readFileSync(file, 'utf8');
      return needsClient.test(text) && !text.startsWith("'use client';");
    });
    expect(silent).toEqual([]);
  });
});
