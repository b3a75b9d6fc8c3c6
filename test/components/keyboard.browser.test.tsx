import { DashboardPrefab, ExportButtonPrefab, type Selection } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import { asRunId, asSpanId, spanKeyOf } from 'spanlight/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { BASE_MS } from '../store/support/buildEvents.ts';
import { createFakeHistory } from '../store/support/fakeHistory.ts';
import { addCss, flatCss } from '../theme/support/stage.tsx';
import { startMonitor } from './support/startMonitor.tsx';

let sheet: HTMLStyleElement;
beforeEach(async () => {
  await page.viewport(1_500, 1_400);
  sheet = addCss(flatCss);
});
afterEach(() => sheet.remove());

async function setUp(widthPx = 1_440, selection?: Selection) {
  const events = simulateRun({
    scenario: 'dashboard',
    startAtMs: BASE_MS - 41_200,
    untilMs: 41_200,
    content: 'inline',
  });
  const asked: string[] = [];
  const source = {
    exportRuns: async ({ format }: { readonly format?: string | undefined }) => {
      asked.push(format ?? '');
      return new Blob(['x']);
    },
  };
  const monitor = startMonitor({ events, store: { historySource: createFakeHistory(() => events) } });
  await render(
    <div style={{ width: widthPx, height: 1_300 }}>
      {monitor.ui(<DashboardPrefab actions={<ExportButtonPrefab source={source} />} />, {
        style: { height: '100%' },
        ...(selection && { defaultSelection: selection }),
      })}
      <button type="button">after</button>
    </div>,
  );
  // the frames of the store are the test's: what was asked for shows
  const isThere = async () => {
    await monitor.advance(200);
    return document.querySelector('.sl-skeleton, .sl-workflow-graph__skeleton') === null;
  };
  await expect.poll(isThere).toBe(true);
  return { ...monitor, asked };
}

const focused = () => document.activeElement as HTMLElement;
const slotOf = (element: Element) => element.closest('[data-slot]')?.getAttribute('data-slot') ?? 'toolbar';
/** Whether something around what has the focus is drawn as focused: its own outline, or that of its field. */
function hasRing(element: Element): boolean {
  for (let at: Element | null = element, up = 0; at && up < 3; at = at.parentElement, up += 1) {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
    if (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) return true;
    if (up === 0 && element.getAttribute('role') === 'presentation' && boxShadow !== 'none') return true;
  }
  return false;
}
const nameOf = (element: Element) =>
  `${slotOf(element)} ${element.tagName.toLowerCase()}.${element.getAttribute('class')} ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 30)}`;

/** Presses Tab until the focus stands where it is wanted. */
async function tabTo(isThere: (element: HTMLElement) => boolean, key = '{Tab}') {
  for (let presses = 0; presses < 60; presses += 1) {
    await userEvent.keyboard(key);
    if (isThere(focused())) return focused();
  }
  throw new Error(`not reached; the focus is on ${nameOf(focused())}`);
}
const isIn = (selector: string) => (element: HTMLElement) => element.matches(`${selector}, ${selector} *`);

describe('the dashboard by keyboard alone', () => {
  it('Tab comes to every panel, is never caught, always shows where it is, and leaves at the end', async () => {
    const runId = asRunId('run_8f2c41');
    await setUp(1_440, { runId, spanKey: spanKeyOf(runId, asSpanId('span_billing')) });
    const stops: Element[] = [];
    const withoutRing = new Set<string>();
    for (let presses = 0; presses < 140; presses += 1) {
      await userEvent.keyboard('{Tab}');
      const at = focused();
      if (at.textContent === 'after') break;
      expect(stops, `caught at ${nameOf(at)}`).not.toContain(at);
      stops.push(at);
      if (!hasRing(at)) withoutRing.add(nameOf(at));
    }
    expect(focused().textContent).toBe('after');
    expect([...withoutRing]).toEqual([]);
    expect([...new Set(stops.map(slotOf))]).toEqual(
      expect.arrayContaining(['toolbar', 'runs', 'run', 'detail', 'workflow', 'log', 'cost', 'errors']),
    );
  });

  it('goes from a run to its spans, to what one did, to its log line, and exports the run', async () => {
    const { asked } = await setUp();
    const runRow = await tabTo(isIn('.sl-run-list__row'));
    await userEvent.keyboard('{Home}{Enter}');
    await expect.poll(() => focused().getAttribute('aria-selected')).toBe('true');
    expect(slotOf(runRow)).toBe('runs');

    await tabTo(isIn('.sl-span-tree__grid'));
    await userEvent.keyboard('{ArrowDown}');
    const span = focused();
    expect(span.getAttribute('role')).toBe('row');
    await userEvent.keyboard('{Enter}');
    const title = () => document.querySelector('[data-slot="detail"] .sl-span-inspector__name')?.textContent;
    await expect.poll(() => title() && span.textContent?.includes(title() ?? '')).toBe(true);
    expect(document.body).not.toBe(focused());

    await tabTo((element) => element.getAttribute('role') === 'tab' && slotOf(element) === 'detail');
    await userEvent.keyboard('{ArrowRight}');
    expect(focused().getAttribute('aria-selected')).toBe('true');
    expect(slotOf(focused())).toBe('detail');

    await tabTo((element) => element.getAttribute('role') === 'log');
    await userEvent.keyboard('{ArrowUp}');
    await expect.poll(() => focused().matches('.sl-log-viewer__head')).toBe(true);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => focused().getAttribute('aria-expanded')).toBe('true');
    const open = await tabTo((element) => /open (span|run)/i.test(element.textContent ?? ''));
    expect(slotOf(open)).toBe('log');
    await userEvent.keyboard('{Enter}');
    expect(focused().isConnected && focused() !== document.body).toBe(true);

    await tabTo(isIn('.sl-dashboard__bar'), '{Shift>}{Tab}{/Shift}');
    await userEvent.keyboard('{End}');
    expect(focused().textContent).toBe('Export this run');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => asked).toEqual(['spanlight']);
    expect(focused().textContent).toContain('Export');
  });

  it('Escape closes what is open, one layer at a time, and the focus is where it was', async () => {
    const runId = asRunId('run_8f2c41');
    await setUp(1_440, { runId, spanKey: spanKeyOf(runId, asSpanId('span_billing')) });
    const isOpen = () => document.querySelector('[role="dialog"]:popover-open, [role="menu"]:popover-open') !== null;
    const opens = async (from: HTMLElement, keys: string) => {
      await userEvent.keyboard(keys);
      await expect.poll(isOpen).toBe(true);
      await expect.poll(() => from === focused()).toBe(false);
      await userEvent.keyboard('{Escape}');
      await expect.poll(isOpen).toBe(false);
      expect(nameOf(focused())).toBe(nameOf(from));
      expect(focused()).toBe(from);
    };
    await opens(await tabTo(isIn('.sl-connection__trigger')), '{Enter}');
    await opens(await tabTo(isIn('.sl-run-list__row')), '{Shift>}{F10}{/Shift}');
    await tabTo((element) => element.closest('[role="toolbar"]') !== null && slotOf(element) === 'run');
    await userEvent.keyboard('{End}');
    await opens(focused(), '{Enter}');

    const close = await tabTo((element) => slotOf(element) === 'detail');
    expect(close.isConnected).toBe(true);
    await userEvent.keyboard('{Escape}');
    const title = () => document.querySelector('[data-slot="detail"] .sl-span-inspector__name')?.textContent;
    await expect.poll(title).toBeUndefined();
    // back on the row that it was opened from, not lost at the top of the page
    expect(focused()).not.toBe(document.body);
    expect(slotOf(focused())).toBe('run');

    await tabTo((element) => element.matches('input[type="search"], .sl-search__input') && slotOf(element) === 'log');
    await userEvent.keyboard('page');
    await userEvent.keyboard('{Escape}');
    expect((focused() as HTMLInputElement).value).toBe('');
  });

  it('a column of 420 px too: what is opened leads on, and the focus goes with it', async () => {
    await setUp(420);
    await tabTo(isIn('.sl-run-list__row'));
    await userEvent.keyboard('{ArrowDown}{Enter}');
    const tabOf = () => (focused().getAttribute('role') === 'tab' ? (focused().textContent ?? '') : '');
    await expect.poll(tabOf).toBe('Run');
    await tabTo(isIn('.sl-span-tree__grid'));
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await expect.poll(tabOf).toBe('Detail');
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    await expect.poll(tabOf).toBe('Log');
    await tabTo((element) => element.getAttribute('role') === 'log');
    await userEvent.keyboard('{End}{ArrowUp}');
    await expect.poll(() => focused().matches('.sl-log-viewer__head')).toBe(true);
    await userEvent.keyboard('{Enter}');
    await tabTo((element) => /open (span|run)/i.test(element.textContent ?? ''));
    await userEvent.keyboard('{Enter}');
    await expect.poll(tabOf).toMatch(/^(Detail|Run)$/);
  });
});
