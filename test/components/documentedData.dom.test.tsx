import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { CostCardsPrefab, DashboardPrefab, PermissionGate, RedactedChip } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import { describe, expect, it } from 'vitest';
import { buildStylesheet } from '../../scripts/stylesheets.ts';
import { BASE_MS, runStart } from '../store/support/buildEvents.ts';
import { startMonitor } from './support/startMonitor.tsx';

/** Which folder speaks for a block of classes; all others belong to what the parts share. */
const folders = [
  'run-list',
  'log-viewer',
  'error-groups',
  'span-tree',
  'file-drop',
  'workflow-graph',
  'span-inspector',
] as const;
const folderByBlock: Readonly<Record<string, string>> = {
  'sl-connection': 'connection-status',
  'sl-stat': 'stat',
  'sl-stat-strip': 'stat',
  'sl-cost': 'cost-cards',
  'sl-dashboard': 'prefabs',
  'sl-export': 'export-button',
  'sl-gate': 'permission',
  'sl-menu': 'run-list',
  'sl-gap': 'run-list',
  'sl-bar': 'cost-cards',
  'sl-window': 'log-viewer',
  'sl-json': 'span-inspector',
  ...Object.fromEntries(folders.map((folder) => [`sl-${folder}`, folder])),
};
const shared = ['internals', 'provider'];

const sourcesOf = (folder: string) =>
  readdirSync(join('src/components', folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
/** Names in backticks inside of comments. */
const documentedIn = (folder: string) =>
  new Set(
    sourcesOf(folder)
      .flatMap((text) => [...text.matchAll(/\/\*\*[\s\S]*?\*\/|\/\/.*$/gm)])
      .flatMap(([comment]) => [...comment.matchAll(/`(data-[a-z-]+|--sl-[a-z-]+)`/g)].map((match) => match[1] ?? '')),
  );
const documented = new Map(
  [...Object.values(folderByBlock), ...shared].map((folder) => [folder, documentedIn(folder)]),
);

function folderOf(element: Element): string {
  const blocks = (element.getAttribute('class') ?? '').match(/sl-[a-z-]+/g) ?? [];
  return blocks.map((block) => folderByBlock[block]).find((folder) => folder !== undefined) ?? 'internals';
}
const isDocumented = (folder: string, name: string) =>
  [folder, ...shared].some((each) => documented.get(each)?.has(name));

describe('data attributes and custom properties', () => {
  it('in the page are all documented by their part', () => {
    const { ui, ingest, transport } = startMonitor({
      roles: ['viewer'],
      events: simulateRun({ scenario: 'dashboard', startAtMs: BASE_MS - 41_200, untilMs: 41_200 }),
    });
    render(
      ui(
        <>
          <DashboardPrefab />
          <CostCardsPrefab />
          <RedactedChip what="email" />
          <PermissionGate needs="admin" mode="placeholder">
            x
          </PermissionGate>
        </>,
      ),
    );
    act(() => {
      transport.sink.onGap({ t: 'gap', epoch: 'ab12', from: 1, to: 9, why: 'producer', n: 8 });
      ingest(runStart('r_new', { name: 'New' }, { atMs: BASE_MS + 9 }));
    });
    fireEvent.click(screen.getByRole('button', { name: /^Connection/ }));
    const undocumented = new Set<string>();
    for (const element of document.querySelectorAll('[class*="sl-"]:not(.react-flow *)')) {
      const folder = folderOf(element);
      const names = element.getAttributeNames().filter((name) => name.startsWith('data-'));
      const vars =
        element instanceof HTMLElement ? Array.from(element.style).filter((name) => name.startsWith('--')) : [];
      for (const name of [...names, ...vars])
        if (!isDocumented(folder, name)) undocumented.add(`${element.getAttribute('class')}: ${name}`);
    }
    expect([...undocumented]).toEqual([]);
  });

  it('in the sheet are all documented', () => {
    const used = [...buildStylesheet('styles.css', 'flat').matchAll(/\[(data-[a-z-]+)/g)].map(
      (match) => match[1] ?? '',
    );
    const all = new Set([...documented.values()].flatMap((names) => [...names]));
    expect([...new Set(used)].filter((name) => !all.has(name))).toEqual([]);
  });

  it('that are documented are really set', () => {
    const withoutComments = (text: string) => text.replace(/\/\*\*[\s\S]*?\*\//g, '');
    const all = [...new Set([...Object.values(folderByBlock), ...shared])];
    const everything = withoutComments(all.flatMap(sourcesOf).join('\n')) + buildStylesheet('styles.css', 'flat');
    const isSet = (folder: string, name: string) => {
      if (name.startsWith('--sl-')) return everything.includes(name);
      const code = withoutComments(sourcesOf(folder).join('\n'));
      const camel = name.slice('data-'.length).replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
      // a part's state becomes data-*, so `status` in a state is data-status
      return code.includes(name) || new RegExp(`\\b${camel}\\b`).test(code);
    };
    const unset = all.flatMap((folder) =>
      [...(documented.get(folder) ?? [])].filter((name) => !isSet(folder, name)).map((name) => `${folder}: ${name}`),
    );
    expect(unset).toEqual([]);
  });
});
