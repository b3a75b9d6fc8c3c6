import { StrictMode } from 'react';
import { LogViewerPrefab, type NavigationTarget } from 'spanlight';
import type { MonitorEvent } from 'spanlight/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { BASE_MS } from '../store/support/buildEvents.ts';
import { createFakeHistory } from '../store/support/fakeHistory.ts';
import { addCss, flatCss } from '../theme/support/stage.tsx';
import { startMonitor } from './support/startMonitor.tsx';

let sheet: HTMLStyleElement;
beforeEach(async () => {
  await page.viewport(1024, 768);
  sheet = addCss(flatCss);
});
afterEach(() => sheet.remove());

const line = (index: number, more: object = {}): MonitorEvent =>
  ({
    id: `line-${index}`,
    type: 'log',
    sv: 1,
    ts: BASE_MS + index * 2000,
    run: 'run-1',
    span: 'span-1',
    a: { level: index % 3 === 0 ? 'error' : 'info', sourceName: 'worker' },
    detail: { message: `step ${index}` },
    ...more,
  }) as unknown as MonitorEvent;
/** As a stream has it: the text is content and stands elsewhere. */
const streamed = (event: MonitorEvent): MonitorEvent => {
  const { detail: _content, ...rest } = event;
  return { ...rest, refs: { message: { kind: 'text', sizeBytes: 8 } } } as MonitorEvent;
};

interface SetUp {
  readonly count?: number;
  readonly live?: number;
  readonly roles?: readonly ('developer' | 'viewer')[];
  readonly message?: string;
}

async function setUp({ count = 6, live = 2, roles = ['developer'], message }: SetUp = {}) {
  const events = Array.from({ length: count }, (_, index) =>
    line(index + 1, message === undefined ? {} : { detail: { message } }),
  );
  const onNavigate = vi.fn<(target: NavigationTarget) => void>();
  const history = createFakeHistory(() => events);
  const monitor = startMonitor({ roles, store: { historySource: history } });
  monitor.ingest(...events.slice(-live).map(streamed));
  const { container } = await render(
    monitor.ui(
      <StrictMode>
        <LogViewerPrefab />
      </StrictMode>,
      { onNavigate },
    ),
  );
  // the frames of the store are the test's
  const show = async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    monitor.store.flush();
  };
  const texts = () => [...container.querySelectorAll('.sl-log-viewer__text')].map(({ textContent }) => textContent);
  const log = () => container.querySelector('[role="log"]') as HTMLElement;
  const shows = async (wanted: readonly string[]) => {
    const read = async () => {
      await show();
      return texts();
    };
    await expect.poll(read).toEqual(wanted);
  };
  return { ...monitor, onNavigate, history, container, log, texts, shows, show };
}

describe('LogViewer', () => {
  it('loads the texts of the lines in sight in one question, and asks for no line by itself', async () => {
    const { history, log, shows } = await setUp();
    await shows(['step 5', 'step 6']);
    expect(log().getAttribute('aria-live')).toBe('off');
    expect(history.asked).toEqual(['texts line-5,line-6']);
  });

  it('puts older lines before the live ones, each once, to the end', async () => {
    const { shows } = await setUp();
    await shows(['step 5', 'step 6']);
    await page.getByRole('button', { name: 'Load older lines' }).click();
    await shows(['step 3', 'step 4', 'step 5', 'step 6']);
    await page.getByRole('button', { name: 'Load older lines' }).click();
    await shows([1, 2, 3, 4, 5, 6].map((index) => `step ${index}`));
    await expect.element(page.getByText('No older lines')).toBeVisible();
  });

  it('shows a viewer that there is text, and loads none', async () => {
    const { history, container, texts } = await setUp({ roles: ['viewer'] });
    await expect.poll(() => texts().join()).toContain('text, 8 B');
    expect(history.asked).toEqual([]);
    expect(container.textContent).not.toContain('step 5');
  });

  it('keeps the text from a viewer in what it opens, searches, copies and pages back to', async () => {
    const { history, container, log, texts } = await setUp({ roles: ['viewer'], message: 'secret-4711' });
    await expect.poll(() => texts()).toHaveLength(2);
    log().focus();
    await userEvent.keyboard('{ArrowUp}');
    await expect.poll(() => document.activeElement?.closest('[data-index]')).not.toBeNull();
    await userEvent.keyboard('{Enter}');
    const fields = () => container.querySelector('.sl-log-viewer__fields');
    await expect.poll(() => fields()?.textContent).toMatch(/Level.*worker.*run-1/);
    expect(fields()?.querySelector('.sl-log-viewer__block')).toBeNull();
    expect(container.querySelector('[aria-label="Copy text"]')).toBeNull();
    await userEvent.keyboard('/');
    await userEvent.keyboard('secret');
    await expect.element(page.getByText('0 matches')).toBeVisible();
    await page.getByRole('searchbox').clear();
    await page.getByRole('button', { name: 'Load older lines' }).click();
    await expect.poll(() => history.asked.some((path) => path.startsWith('logs'))).toBe(true);
    expect(history.asked.some((path) => path.startsWith('texts'))).toBe(false);
  });

  it('says where events are missing, how many and why, between the lines around them', async () => {
    const { container, transport, ingest, advance, shows, show } = await setUp({ count: 2 });
    await shows(['step 1', 'step 2']);
    await advance(10_000);
    transport.sink.onGap({ t: 'gap', epoch: 'ab12', from: 2, to: 44, why: 'producer', n: 42 });
    await show();
    ingest(streamed(line(30)));
    await expect.poll(() => container.querySelector('.sl-gap')?.textContent).toContain('42 events missing');
    const items = async () => {
      await advance(200);
      return [...container.querySelectorAll('.sl-window__item')].map(
        (item) => item.querySelector('.sl-gap')?.getAttribute('data-why') ?? 'line',
      );
    };
    await expect.poll(items).toEqual(['line', 'line', 'producer', 'line']);
  });

  it('says since when no line comes any more', async () => {
    const { container, setConnection, advance } = await setUp();
    const note = () => container.querySelector('.sl-panel__note')?.textContent;
    expect(note()).toBe('2 lines');
    setConnection({
      phase: 'reconnecting',
      sinceMs: BASE_MS,
      lastGoodAtMs: BASE_MS,
      attempt: 2,
      nextTryAtMs: BASE_MS + 1,
      code: 'x',
    });
    await advance(11_000);
    await expect.poll(note).toMatch(/^2 lines, as of \d\d:\d\d:\d\d/);
  });

  it('says that text is elsewhere where no history was given, and does not wait for it', async () => {
    const monitor = startMonitor();
    monitor.ingest(streamed(line(1)));
    const { container } = await render(monitor.ui(<LogViewerPrefab />));
    await expect
      .poll(() => container.querySelector('.sl-log-viewer__text')?.textContent)
      .toBe('8 B of text, not in the stream');
  });

  it('says where lines are left out while somebody reads on, and loads them again', async () => {
    const sent = Array.from({ length: 8 }, (_, index) => line(index + 1));
    const history = createFakeHistory(() => sent);
    const monitor = startMonitor({ store: { historySource: history, limits: { logLines: 4 } } });
    monitor.ingest(...sent.map(streamed));
    const { container } = await render(monitor.ui(<LogViewerPrefab />));
    await page.getByRole('button', { name: 'Load older lines' }).click();
    const show = async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      monitor.store.flush();
      return [...container.querySelectorAll('.sl-log-viewer__text')].length;
    };
    await expect.poll(show).toBe(6);
    for (let index = 9; index <= 18; index += 1) {
      sent.push(line(index));
      monitor.ingest(streamed(line(index)));
    }
    await expect.element(page.getByText('2 lines came while you read on, and are not kept here')).toBeVisible();
    await page.getByRole('button', { name: 'Load from the newest' }).click();
    await expect.poll(show).toBe(6);
    expect(container.textContent).not.toContain('while you read on');
  });

  it('shows the fields of a line and its whole text by keyboard, and leads to its span', async () => {
    const { container, log, onNavigate, shows } = await setUp({ message: 'first\n\u001b[31msecond\u001b[0m' });
    await shows(['first␊second', 'first␊second']);
    log().focus();
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    await expect.poll(() => document.activeElement?.closest('[data-index]')?.getAttribute('data-index')).toBe('0');
    await userEvent.keyboard('{Enter}');
    const fields = () => container.querySelector('.sl-log-viewer__fields');
    await expect.poll(() => fields()?.textContent).toMatch(/Level.*Source.*worker.*run-1.*span-1/);
    expect(container.querySelector('.sl-log-viewer__block')?.textContent).toBe('first\nsecond');
    await page.getByRole('button', { name: 'Open span' }).click();
    expect(onNavigate.mock.calls.at(-1)?.[0]).toMatchObject({ to: 'span', runId: 'run-1' });
    (document.activeElement as HTMLElement).closest('[data-index]')?.querySelector('button')?.focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(fields).toBeNull();
  });

  it('keeps a line that has the focus in the page, however far it is scrolled away', async () => {
    const { log } = await setUp({ count: 300, live: 300 });
    await expect.poll(() => log().scrollTop).toBeGreaterThan(100);
    log().focus();
    await userEvent.keyboard('{Home}');
    const focused = () => document.activeElement?.closest('[data-index]')?.getAttribute('data-index');
    await expect.poll(focused).toBe('0');
    log().scrollTop = 3000;
    await expect.poll(() => log().querySelector('[data-index="140"]')).not.toBeNull();
    expect(focused()).toBe('0');
    expect(log().querySelectorAll('[data-index]').length).toBeLessThan(80);
  });

  it('does not scroll away from what was found', async () => {
    const { container, ingest, log, show, shows } = await setUp({ message: 'needle' });
    await shows(['needle', 'needle']);
    log().focus();
    await userEvent.keyboard('/needle');
    await expect.element(page.getByText('2/2')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Follow' })).toHaveAttribute('aria-pressed', 'false');
    ingest(streamed(line(301)));
    await expect
      .poll(async () => {
        await show();
        return container.textContent;
      })
      .toContain('1 new line');
  });

  it('searches by keyboard and goes through what matches', async () => {
    const { log, shows } = await setUp();
    await shows(['step 5', 'step 6']);
    log().focus();
    await userEvent.keyboard('/');
    await expect.element(page.getByRole('searchbox')).toHaveFocus();
    await userEvent.keyboard('step');
    await expect.element(page.getByText('2/2')).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('1/2')).toBeVisible();
    log().focus();
    await userEvent.keyboard('N');
    await expect.element(page.getByText('2/2')).toBeVisible();
    await userEvent.keyboard('w');
    await expect.poll(() => log().hasAttribute('data-wrap')).toBe(true);
  });

  it('follows the end, holds still when somebody scrolls up, and counts what comes', async () => {
    const { log, ingest, container, texts, show } = await setUp({ count: 300, live: 300 });
    await expect.poll(() => log().scrollHeight - log().scrollTop - log().clientHeight).toBeLessThan(10);
    expect(texts().length).toBeLessThan(80);
    ingest(streamed(line(301)));
    await show();
    await expect.poll(() => log().scrollHeight - log().scrollTop - log().clientHeight).toBeLessThan(10);
    log().focus();
    await userEvent.keyboard('{Home}');
    await expect.poll(() => log().scrollTop).toBeLessThan(60);
    ingest(streamed(line(302)), streamed(line(303)));
    await expect
      .poll(async () => {
        await show();
        return container.textContent;
      })
      .toContain('2 new lines');
    expect(log().scrollTop).toBeLessThan(60);
    await userEvent.keyboard('{End}');
    await expect.poll(() => log().scrollHeight - log().scrollTop - log().clientHeight).toBeLessThan(10);
  });
});

it('reads the height of a line from the page once, not for each that comes; one that grows takes its room', async () => {
  const { ingest, texts, show, container } = await setUp({ count: 3, live: 3 });
  await expect.poll(() => texts().length).toBe(3);
  const read = vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get');
  const isItem = (element: unknown) => element instanceof HTMLElement && element.matches('.sl-window__item');
  try {
    ingest(...Array.from({ length: 12 }, (_, index) => line(index + 4)));
    const count = async () => {
      await show();
      return texts().length;
    };
    await expect.poll(count).toBeGreaterThan(12);
    expect(read.mock.contexts.filter(isItem)).toEqual([]);
  } finally {
    read.mockRestore();
  }
  const items = () => [...container.querySelectorAll<HTMLElement>('.sl-window__item')];
  const tops = () => items().map((item) => item.getBoundingClientRect().top);
  const [first = 0, second = 0] = tops();
  items()[0]?.querySelector('button')?.click();
  await expect.poll(() => (tops()[1] ?? 0) - (tops()[0] ?? 0)).toBeGreaterThan(second - first + 40);
});
