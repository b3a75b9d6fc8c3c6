import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, proseOf, rootDir } from './pages.ts';

/** Anchors of the headings of a page, as GitHub makes them. */
function anchorsOf(path: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const text = proseOf({ path, text: readFileSync(join(rootDir, path), 'utf8') });
  for (const [, title = ''] of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    let free = anchor;
    for (let again = 1; anchors.has(free); again += 1) free = `${anchor}-${again}`;
    anchors.add(free);
  }
  return anchors;
}

const links = pages.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ from: page.path, target })),
);

/** @returns what is wrong with a link, if anything is */
function faultOf({ from, target }: { from: string; target: string }): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : relative(rootDir, join(rootDir, dirname(from), file));
  if (path.startsWith('..') || !existsSync(join(rootDir, path))) return `${from}: there is no ${target}`;
  if (anchor === undefined || anchorsOf(path).has(anchor)) return undefined;
  return `${from}: there is no heading for ${target}`;
}

describe('links of the pages', () => {
  it('lead to files and headings that are there', () => {
    expect(links.length).toBeGreaterThan(60);
    expect(links.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('lead from the README, step by step, to every page of docs/', () => {
    const reached = new Set<string>();
    const follow = (path: string) => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { from, target } of links) {
        if (from !== path || /^[a-z]+:|^#/.test(target)) continue;
        const next = relative(rootDir, join(rootDir, dirname(from), target.split('#')[0] ?? ''));
        if (next.endsWith('.md') && existsSync(join(rootDir, next))) follow(next);
      }
    };
    follow('README.md');
    const guides = pages
      .map(({ path }) => path)
      .filter((path) => /^(?:docs(?!\/(?:api|decisions)\/)|python)\//.test(path));
    expect(guides.filter((path) => !reached.has(path))).toEqual([]);
  });
});
