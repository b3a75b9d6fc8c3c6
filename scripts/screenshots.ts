// Pictures of the dashboard and of each part in light, dark and a 420 px column, out of the static Storybook.
// The dashboard's own go to docs/images (the README shows one), all others to artifacts/screenshots.
// `npm run screenshots -- --keep log-viewer` takes the Storybook that was built before, and only pictures of these names.
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium, type Page } from 'playwright';
import { executablePath, launchArgs } from './browser.ts';

const storybook = 'storybook-static';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** The story that shows a part at its best. */
interface Shot {
  readonly name: string;
  readonly story: string;
  readonly folder: string;
  readonly narrow: boolean;
  /** All of the page, not only what a window shows. */
  readonly isWhole?: boolean;
  /** What has to stand there first, where a moment is not enough. */
  readonly until?: string;
}

const shots: readonly Shot[] = [
  { name: 'dashboard', story: 'screens-dashboard--reference', folder: 'docs/images', narrow: true },
  {
    name: 'dashboard-whole',
    story: 'screens-dashboard--reference',
    folder: 'artifacts/screenshots',
    narrow: false,
    isWhole: true,
  },
  { name: 'connection-status', story: 'parts-connectionstatus--live', folder: 'artifacts/screenshots', narrow: true },
  { name: 'file-drop', story: 'parts-filedrop--opened', folder: 'artifacts/screenshots', narrow: true },
  { name: 'export-button', story: 'parts-exportbutton--run', folder: 'artifacts/screenshots', narrow: true },
  { name: 'run-list', story: 'parts-runlist--mixed', folder: 'artifacts/screenshots', narrow: true },
  { name: 'run-list-older', story: 'parts-runlist--older', folder: 'artifacts/screenshots', narrow: true },
  { name: 'run-list-filtered', story: 'parts-runlist--filtered', folder: 'artifacts/screenshots', narrow: true },
  { name: 'log-viewer', story: 'parts-logviewer--opened', folder: 'artifacts/screenshots', narrow: true },
  { name: 'log-viewer-flood', story: 'parts-logviewer--flood', folder: 'artifacts/screenshots', narrow: true },
  { name: 'error-groups', story: 'parts-errorgroups--groups', folder: 'artifacts/screenshots', narrow: true },
  { name: 'stat-strip', story: 'parts-statstrip--full', folder: 'artifacts/screenshots', narrow: true },
  { name: 'cost-cards', story: 'parts-costcards--by-agent', folder: 'artifacts/screenshots', narrow: true },
  {
    name: 'permission-gate',
    story: 'parts-permissiongate--placeholder',
    folder: 'artifacts/screenshots',
    narrow: true,
  },
  { name: 'span-tree', story: 'parts-spantree--support-triage', folder: 'artifacts/screenshots', narrow: true },
  { name: 'workflow-graph', story: 'parts-workflowgraph--discovered', folder: 'artifacts/screenshots', narrow: true },
  { name: 'span-inspector', story: 'parts-spaninspector--failed', folder: 'artifacts/screenshots', narrow: true },
  {
    name: 'span-inspector-writing',
    story: 'parts-spaninspector--writing-live',
    until: '.sl-span-inspector__code[aria-busy="true"]',
    folder: 'artifacts/screenshots',
    narrow: true,
  },
  {
    name: 'span-inspector-redacted',
    story: 'parts-spaninspector--redacted-by-rule',
    folder: 'artifacts/screenshots',
    narrow: true,
  },
  {
    name: 'span-inspector-loading',
    story: 'parts-spaninspector--loading',
    folder: 'artifacts/screenshots',
    narrow: true,
  },
  { name: 'run-list-waiting', story: 'parts-runlist--older-waiting', folder: 'artifacts/screenshots', narrow: true },
  { name: 'run-list-gap', story: 'parts-runlist--gap', folder: 'artifacts/screenshots', narrow: true },
  { name: 'workflow-labels', story: 'parts-workflowgraph--labelled', folder: 'artifacts/screenshots', narrow: true },
  {
    name: 'workflow-labels-40',
    story: 'parts-workflowgraph--labelled-forty',
    folder: 'artifacts/screenshots',
    narrow: true,
  },
  {
    name: 'workflow-labels-100',
    story: 'parts-workflowgraph--labelled-hundred',
    folder: 'artifacts/screenshots',
    narrow: true,
  },
  { name: 'workflow-declared', story: 'parts-workflowgraph--declared', folder: 'artifacts/screenshots', narrow: true },
  {
    name: 'workflow-waits',
    story: 'parts-workflowgraph--waits-for-a-person',
    folder: 'artifacts/screenshots',
    narrow: true,
  },
  { name: 'dashboard-paused', story: 'screens-dashboard--paused', folder: 'artifacts/screenshots', narrow: true },
  { name: 'dashboard-offline', story: 'screens-dashboard--offline', folder: 'artifacts/screenshots', narrow: true },
  { name: 'dashboard-gap', story: 'screens-dashboard--gap', folder: 'artifacts/screenshots', narrow: true },
  { name: 'dashboard-viewer', story: 'screens-dashboard--as-viewer', folder: 'artifacts/screenshots', narrow: true },
  { name: 'dashboard-empty', story: 'screens-dashboard--empty', folder: 'artifacts/screenshots', narrow: true },
  { name: 'dashboard-waiting', story: 'screens-dashboard--waiting', folder: 'artifacts/screenshots', narrow: true },
  { name: 'span-tree-missing', story: 'parts-spantree--could-not-load', folder: 'artifacts/screenshots', narrow: true },
  { name: 'span-tree-stale', story: 'parts-spantree--stale', folder: 'artifacts/screenshots', narrow: true },
  { name: 'span-tree-gap', story: 'parts-spantree--gap', folder: 'artifacts/screenshots', narrow: true },
  { name: 'span-tree-rtl', story: 'parts-spantree--right-to-left', folder: 'artifacts/screenshots', narrow: true },
  { name: 'span-tree-hostile', story: 'parts-spantree--hostile-names', folder: 'artifacts/screenshots', narrow: true },
  { name: 'workflow-loading', story: 'parts-workflowgraph--loading', folder: 'artifacts/screenshots', narrow: true },
  { name: 'error-groups-waiting', story: 'parts-errorgroups--waiting', folder: 'artifacts/screenshots', narrow: true },
  {
    name: 'log-viewer-waiting',
    story: 'parts-logviewer--older-waiting',
    folder: 'artifacts/screenshots',
    narrow: true,
  },
  { name: 'log-viewer-redacted', story: 'parts-logviewer--redacted', folder: 'artifacts/screenshots', narrow: true },
];

if (!existsSync(join(storybook, 'index.json')) || !process.argv.includes('--keep')) {
  execFileSync('npm', ['run', '--silent', 'build:storybook'], { stdio: 'inherit' });
}
const known = JSON.parse(readFileSync(join(storybook, 'index.json'), 'utf8')) as { entries: Record<string, unknown> };

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://local').pathname);
  const file = join(storybook, path);
  if (!file.startsWith(storybook) || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

async function shoot(page: Page, { story, until, isWhole = false }: Shot, theme: string, file: string): Promise<void> {
  await page.goto(`${base}/iframe.html?id=${story}&viewMode=story&globals=theme:${theme}`);
  await page.locator('.sl-root').first().waitFor({ timeout: 20_000 });
  await page.waitForLoadState('networkidle');
  if (until) await page.locator(until).first().waitFor({ timeout: 20_000 });
  await page.waitForTimeout(1500); // a live story needs a moment of events; the graph fits itself
  await page.screenshot({ path: file, fullPage: isWhole });
  console.log(file);
}

const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: launchArgs });
let missing = 0;
for (const shot of shots) {
  const { name, story, folder, narrow } = shot;
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (!(story in known.entries)) {
    console.error(`no story ${story}`);
    missing += 1;
    continue;
  }
  mkdirSync(folder, { recursive: true });
  const wide = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  for (const theme of ['light', 'dark']) {
    await shoot(wide, shot, theme, join(folder, theme === 'light' ? `${name}.png` : `${name}-dark.png`));
  }
  await wide.close();
  if (!narrow) continue;
  const column = await browser.newPage({ viewport: { width: 420, height: 900 } });
  for (const theme of ['light', 'dark']) {
    await shoot(
      column,
      { ...shot, isWhole: false },
      theme,
      join(folder, theme === 'light' ? `${name}-420.png` : `${name}-420-dark.png`),
    );
  }
  await column.close();
}
await browser.close();
server.close();
if (missing > 0) process.exitCode = 1;
