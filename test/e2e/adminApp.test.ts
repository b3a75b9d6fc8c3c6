import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildExample, packLibrary, runIn } from './packedLibrary.ts';
import { freePort, launchBrowser, reportCspBreaches, type Started, startNode, watchConsole } from './support.ts';

const ingestToken = 'ingest-'.padEnd(40, 'x');
let folder: string;
let browser: Browser;
let relay: Started;
let site: Started;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spanlight-admin-'));
  const dir = buildExample(folder, 'admin-app', packLibrary(folder));
  runIn(dir, 'npm', ['run', 'keys']);
  const port = await freePort();
  // as the README says it: the settings of the example, the relay out of the package, the app's own server
  relay = await startNode(
    ['--env-file=relay.env', 'node_modules/spanlight/dist/cli/index.js', 'relay'],
    {
      SPANLIGHT_PORT: '0',
      SPANLIGHT_STORE: 'memory',
      SPANLIGHT_INGEST_TOKEN: ingestToken,
      SPANLIGHT_ALLOWED_ORIGINS: `http://127.0.0.1:${port}`,
    },
    dir,
  );
  site = await startNode(
    ['server/index.mjs'],
    { ADMIN_PORT: String(port), ADMIN_TOKEN_SECONDS: '3', SPANLIGHT_URL: relay.url, NODE_ENV: undefined },
    dir,
  );
  // the runs that a newcomer sends by `npm run send-runs`
  const settings = { SPANLIGHT_URL: relay.url, SPANLIGHT_INGEST_TOKEN: ingestToken };
  runIn(dir, process.execPath, ['server/sendRuns.mjs'], settings); // ends with 1 unless every event is taken
  browser = await launchBrowser();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await relay?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A run whose every name and id can be looked for; `word` is part of each name. */
async function sendRun(word: string, userId: string, sessionId: string) {
  const run = `trace_${randomBytes(16).toString('hex')}`;
  const span = `span_${randomBytes(12).toString('hex')}`;
  const event = (type: string, more: object) => ({ id: randomUUID(), type, sv: 1, ts: Date.now(), run, ...more });
  const events = [
    event('run.start', { a: { name: `Run ${word}`, userId, sessionId }, detail: { input: `text of ${word}` } }),
    event('span.start', {
      span,
      a: { kind: 'tool', name: `tool_${word}`, agentName: `Agent ${word}`, startedAtMs: Date.now() },
      detail: { arguments: { secret: `argument of ${word}` } },
    }),
    event('span.end', { span, a: { kind: 'tool', status: 'error', errorType: `Error${word}`, errorCode: word } }),
    event('log', { span, a: { level: 'error' }, detail: { message: `log of ${word}` } }),
    event('run.end', { a: { status: 'error' } }),
  ];
  const answer = await fetch(`${relay.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ingestToken}` },
    body: JSON.stringify({ events }),
  });
  expect(((await answer.json()) as { events: { st: string }[] }).events.map(({ st }) => st)).toEqual(
    events.map(() => 'ok'),
  );
  return [word, run, span, ...events.map(({ id }) => id)];
}

/** Every byte that a page gets, sockets and answers, deflated messages as what they hold. */
async function watchBytes(page: Page) {
  const parts: string[] = [];
  const bodies: Promise<unknown>[] = [];
  let tokens = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) =>
      parts.push(typeof payload === 'string' ? payload : inflateRawSync(payload).toString('utf8')),
    ),
  );
  page.on('requestfinished', (request) => {
    const isToken = request.url().includes('/api/monitor-token');
    if (isToken) tokens += 1;
    const decode = (text: string) =>
      isToken ? Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8') : text;
    if (!request.url().startsWith(relay.url) && !request.url().includes('/api/')) return;
    const body = request.response().then((response) => response?.text() ?? '');
    bodies.push(body.then((text) => parts.push(decode(text))).catch(() => undefined)); // 204 has none
  });
  return {
    tokens: () => tokens,
    text: async () => {
      await Promise.all(bodies);
      return parts.join('\n');
    },
  };
}

async function signIn(name: string, path: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(12_000);
  const problems = watchConsole(page);
  await reportCspBreaches(page);
  const bytes = await watchBytes(page);
  await page.goto(site.url + path);
  await page.getByRole('button', { name }).click();
  return { page, problems, bytes, close: () => context.close() };
}

it('shows on the page of a customer its runs alone, and on that of an order those of the order', async () => {
  const own = await sendRun('alpenglow', 'cust-1001', 'order-5001');
  const beside = await sendRun('bluebell', 'cust-1001', 'order-5002');
  const foreign = await sendRun('cormorant', 'cust-1002', 'order-6001');
  const nobodys = await sendRun('dandelion', 'cust-9', 'order-5001'); // the order's number, another's run
  const ada = await signIn('Ada', '/customers/cust-1001');
  await ada.page.getByText('Run alpenglow').first().waitFor();
  await ada.page.getByText('Run bluebell').first().waitFor();
  await ada.page.getByText('Run alpenglow').first().click();
  await ada.page.locator('.sl-span-tree').getByText('tool_alpenglow').click();
  await ada.page.getByText('argument of alpenglow').first().waitFor(); // content, by the same token
  const late = await sendRun('elderberry', 'cust-1002', 'order-6001'); // while the page is open
  await sendRun('foxglove', 'cust-1001', 'order-5001');
  await ada.page.getByText('Run foxglove').first().waitFor();
  // narrower, without a new page load: another store, another token
  await ada.page.getByRole('link', { name: 'Flour, 40 sacks' }).click();
  await ada.page.getByText('Run bluebell').first().waitFor();
  await expect.poll(() => ada.page.getByText('Run alpenglow').count()).toBe(0);
  const seen = await ada.bytes.text();
  for (const word of own) expect(seen).toContain(word); // what is looked for would be found
  for (const word of [...foreign, ...nobodys, ...late, 'cust-9']) expect(seen, word).not.toContain(word);
  expect(ada.problems).toEqual([]);
  await ada.close();

  // the page of the order alone: nothing of the customer's other order comes over the line
  const order = await signIn('Ada', '/customers/cust-1001/orders/order-5002');
  await order.page.getByText('Run bluebell').first().waitFor();
  const narrow = await order.bytes.text();
  for (const word of beside) expect(narrow).toContain(word);
  for (const word of [...own, ...foreign]) expect(narrow, word).not.toContain(word);
  expect(order.problems).toEqual([]);
  await order.close();
});

it('gives a person no token for customers of others, and no byte of them', async () => {
  const foreign = await sendRun('gooseberry', 'cust-1002', 'order-6001');
  await sendRun('hawthorn', 'cust-1001', 'order-5001');
  const finn = await signIn('Finn', '/customers/cust-1001');
  await finn.page.getByText('Run hawthorn').first().waitFor();
  const refused = await finn.page.evaluate(async () => {
    const ask = async (query: string) => {
      const answer = await fetch(`/api/monitor-token?${query}`);
      await answer.text();
      return answer.status;
    };
    return [
      await ask('customer=cust-1002'),
      await ask('customer=cust-1001&order=order-6001'),
      await ask(''),
      (await fetch('/api/monitor-token?customer=cust-1001', { credentials: 'omit' })).status,
    ];
  });
  expect(refused).toEqual([404, 404, 404, 401]);
  const seen = await finn.bytes.text();
  for (const word of [...foreign, 'cust-1002', 'order-6001', 'Birch']) expect(seen, word).not.toContain(word);
  expect(seen).not.toContain('text of hawthorn'); // a viewer: not the content of its own customers either
  await finn.close();
});

it('goes on beyond the life of a token, and asks to sign in where there is nobody any more', async () => {
  await sendRun('ivy', 'cust-1001', 'order-5001');
  const ada = await signIn('Ada', '/customers/cust-1001');
  await ada.page.getByText('Run ivy').first().waitFor();
  const before = ada.bytes.tokens();
  await vi.waitFor(() => expect(ada.bytes.tokens()).toBeGreaterThan(before), { timeout: 20_000, interval: 100 });
  await sendRun('juniper', 'cust-1001', 'order-5001');
  await ada.page.getByText('Run juniper').first().waitFor();
  expect(ada.problems).toEqual([]);
  await ada.page.evaluate(() => fetch('/api/sign-out', { method: 'POST' }));
  await ada.page.getByText('pick who you are').waitFor({ timeout: 30_000 });
  await ada.close();
});
