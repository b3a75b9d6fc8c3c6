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

/** The story that shows a part at its best, or in a state. */
interface Shot {
  readonly name: string;
  readonly story: string;
  readonly folder: string;
  /** In a column of 420 px, too. */
  readonly narrow: boolean;
  /** All of the page, not only what a window shows. */
  readonly isWhole?: boolean | undefined;
  /** What has to stand there first, where a moment is not enough. */
  readonly until?: string | undefined;
}

const shot = (
  name: string,
  story: string,
  { folder = 'artifacts/screenshots', narrow = true, ...rest }: Partial<Shot> = {},
): Shot => ({ name, story, folder, narrow, ...rest });

const shots: readonly Shot[] = [
  shot('dashboard', 'screens-dashboard--reference', { folder: 'docs/images' }),
  shot('dashboard-whole', 'screens-dashboard--reference', { narrow: false, isWhole: true }),
  shot('connection-status', 'parts-connectionstatus--live'),
  shot('file-drop', 'parts-filedrop--opened'),
  shot('export-button', 'parts-exportbutton--run'),
  shot('run-list', 'parts-runlist--mixed'),
  shot('run-list-older', 'parts-runlist--older'),
  shot('run-list-filtered', 'parts-runlist--filtered'),
  shot('log-viewer', 'parts-logviewer--opened'),
  shot('log-viewer-flood', 'parts-logviewer--flood'),
  shot('error-groups', 'parts-errorgroups--groups'),
  shot('stat-strip', 'parts-statstrip--full'),
  shot('cost-cards', 'parts-costcards--by-agent'),
  shot('permission-gate', 'parts-permissiongate--placeholder'),
  shot('span-tree', 'parts-spantree--support-triage'),
  shot('workflow-graph', 'parts-workflowgraph--discovered'),
  shot('span-inspector', 'parts-spaninspector--failed'),
  shot('span-inspector-writing', 'parts-spaninspector--writing-live', {
    until: '.sl-span-inspector__code[aria-busy="true"]',
  }),
  shot('span-inspector-redacted', 'parts-spaninspector--redacted-by-rule'),
  shot('span-inspector-loading', 'parts-spaninspector--loading'),
  shot('run-list-waiting', 'parts-runlist--older-waiting'),
  shot('run-list-gap', 'parts-runlist--gap'),
  shot('workflow-labels', 'parts-workflowgraph--labelled'),
  shot('workflow-labels-40', 'parts-workflowgraph--labelled-forty'),
  shot('workflow-labels-100', 'parts-workflowgraph--labelled-hundred'),
  shot('workflow-declared', 'parts-workflowgraph--declared'),
  shot('workflow-waits', 'parts-workflowgraph--waits-for-a-person'),
  shot('dashboard-paused', 'screens-dashboard--paused'),
  shot('dashboard-offline', 'screens-dashboard--offline'),
  shot('dashboard-gap', 'screens-dashboard--gap'),
  shot('dashboard-viewer', 'screens-dashboard--as-viewer'),
  shot('dashboard-empty', 'screens-dashboard--empty'),
  shot('dashboard-waiting', 'screens-dashboard--waiting'),
  shot('span-tree-missing', 'parts-spantree--could-not-load'),
  shot('span-tree-stale', 'parts-spantree--stale'),
  shot('span-tree-gap', 'parts-spantree--gap'),
  shot('span-tree-rtl', 'parts-spantree--right-to-left'),
  shot('span-tree-hostile', 'parts-spantree--hostile-names'),
  shot('workflow-loading', 'parts-workflowgraph--loading'),
  shot('error-groups-waiting', 'parts-errorgroups--waiting'),
  shot('log-viewer-waiting', 'parts-logviewer--older-waiting'),
  shot('log-viewer-redacted', 'parts-logviewer--redacted'),
  shot('dashboard-medium', 'screens-dashboard--medium', { narrow: false }),
  shot('dashboard-touch', 'screens-dashboard--touch'),
  shot('dashboard-rtl', 'screens-dashboard--right-to-left'),
  shot('dashboard-past', 'screens-dashboard--past'),
  shot('run-list-new', 'parts-runlist--new-runs'),
  shot('log-viewer-new', 'parts-logviewer--new-lines'),
  shot('log-viewer-wrapped', 'parts-logviewer--wrapped'),
  shot('span-tree-zoomed', 'parts-spantree--zoomed'),
  shot('span-tree-keys', 'parts-spantree--keys'),
  shot('cost-cards-run', 'parts-costcards--by-run'),
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
for (const one of shots) {
  const { name, story, folder, narrow } = one;
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (!(story in known.entries)) {
    console.error(`no story ${story}`);
    missing += 1;
    continue;
  }
  mkdirSync(folder, { recursive: true });
  const wide = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  for (const theme of ['light', 'dark']) {
    await shoot(wide, one, theme, join(folder, theme === 'light' ? `${name}.png` : `${name}-dark.png`));
  }
  await wide.close();
  if (!narrow) continue;
  const column = await browser.newPage({ viewport: { width: 420, height: 900 } });
  for (const theme of ['light', 'dark']) {
    await shoot(
      column,
      { ...one, isWhole: false },
      theme,
      join(folder, theme === 'light' ? `${name}-420.png` : `${name}-420-dark.png`),
    );
  }
  await column.close();
}
await browser.close();
server.close();
if (missing > 0) process.exitCode = 1;
