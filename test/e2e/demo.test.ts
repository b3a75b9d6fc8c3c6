import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, reportCspBreaches, type Started, startCommand, watchConsole } from './support.ts';

let demo: Started;
let browser: Browser;
let page: Page;
let problems: string[];
let startedAtMs: number;

beforeAll(async () => {
  browser = await launchBrowser();
  startedAtMs = Date.now();
  demo = await startCommand(['demo'], { SPANLIGHT_PORT: '0' });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  problems = watchConsole(page);
  await reportCspBreaches(page);
  await page.goto(demo.url);
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop('SIGTERM');
});

it('paints live data of real agents within 10 s of its start', async () => {
  await page.getByRole('grid').getByRole('row').first().waitFor({ timeout: 10_000 });
  expect(Date.now() - startedAtMs).toBeLessThan(10_000 + 5_000); // 5 s for a loaded machine to start Chromium's page
});

it('shows runs with their spans, figures and costs, under a policy that forbids inline styles and eval', async () => {
  await page.getByRole('treegrid').getByRole('row').nth(2).waitFor({ timeout: 20_000 });
  await expect.poll(() => page.locator('.react-flow__node').count(), { timeout: 20_000 }).toBeGreaterThan(1);
  const policy = (await page.request.get(demo.url)).headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(problems).toEqual([]);
});

/** What a failed call or run of the demo says. */
const failure = /Error (?:in agent run|streaming response)/;

it('shows what the agents log, its text for a developer, and their errors in groups', async () => {
  const lines = page.getByRole('log').locator('.sl-log-viewer__text');
  await lines
    .filter({ hasText: /a new conversation|answered in/ })
    .first()
    .waitFor({ timeout: 20_000 });
  const errors = page.locator('[data-slot="errors"]');
  const group = errors.getByRole('row').filter({ hasText: /^.*in \d+ runs?/ });
  // by itself the part asks every 30 s; another order is another question, and its answer stands a second later
  let orders = ['Most frequent', 'Latest'];
  const askAgain = async () => {
    const count = await group.count();
    orders = orders.toReversed();
    if (count === 0) await errors.getByRole('tab', { name: orders[0] }).click();
    return count;
  };
  await expect.poll(askAgain, { timeout: 20_000, interval: 1000 }).toBeGreaterThan(0);
  await errors.getByText(failure).first().waitFor();
  await group.getByRole('button').first().click();
  await page.locator('.sl-span-inspector').getByText(failure).first().waitFor({ timeout: 20_000 });
  expect(problems).toEqual([]);
});

it('opens content for a developer and says what is hidden from a viewer', async () => {
  const row = page.getByRole('treegrid').getByRole('row').filter({ hasText: /gpt-/ }).first();
  await row.click({ timeout: 20_000 });
  const inspector = page.locator('.sl-span-inspector').first();
  await inspector.waitFor();
  await page.getByLabel('Look as').selectOption('viewer');
  await page.getByText('Viewer', { exact: true }).first().waitFor({ timeout: 20_000 });
  await page.getByRole('treegrid').getByRole('row').filter({ hasText: /gpt-/ }).first().click({ timeout: 20_000 });
  await inspector
    .getByText(/developer role/i)
    .first()
    .waitFor({ timeout: 20_000 });
  await page
    .getByRole('log')
    .getByText(/^text, \d/)
    .first()
    .waitFor({ timeout: 20_000 });
  await page.locator('[data-slot="errors"]').getByRole('row').nth(1).waitFor({ timeout: 20_000 });
  expect(await page.locator('[data-slot="errors"]').getByText(failure).count()).toBe(0);
  // the one refusal that may stand in the console is none: a viewer's page does not even ask
  expect(problems).toEqual([]);
});

it('gives no session to a page of another origin', async () => {
  const answer = await fetch(`${demo.url}/demo/session?role=developer`, { headers: { origin: 'http://evil.example' } });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await answer.text()).not.toMatch(/[0-9a-f]{32}/);
});
