import { type MonitorProviderProps, SpanTree, SpanTreePrefab } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import { asRunId, type MonitorEvent } from 'spanlight/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { BASE_MS, runStart, spanEnd, spanStart } from '../../store/support/buildEvents.ts';
import { addCss, flatCss } from '../../theme/support/stage.tsx';
import { startMonitor, type TestMonitor } from '../support/startMonitor.tsx';

let sheet: HTMLStyleElement;
beforeEach(async () => {
  await page.viewport(1_000, 900);
  sheet = addCss(flatCss);
});
afterEach(() => sheet.remove());

const runId = asRunId('run');
const SEEN_MS = 41_200;

/** One root with many children that have a child each, one a second. */
function manyEvents(count: number): MonitorEvent[] {
  const events = [
    runStart('run', { name: 'Large' }),
    spanStart('run', 'root', { kind: 'agent', name: 'root' }, { atMs: BASE_MS - 1e7 }),
  ];
  for (let at = 0; at < count; at += 1) {
    const atMs = BASE_MS - 1e7 + at * 10;
    const parent = at % 2 === 0 ? 'root' : `s${at - 1}`;
    const kind = at % 3 === 0 ? ('llm' as const) : ('tool' as const);
    events.push(spanStart('run', `s${at}`, { kind, name: `span ${at}` }, { parent, atMs }));
    const status = at % 40 === 0 ? ('error' as const) : ('ok' as const);
    events.push(spanEnd('run', `s${at}`, { status }, { parent, atMs: atMs + 25 }));
  }
  return events;
}

async function mount(
  monitor: TestMonitor,
  size: { width: number; height?: number },
  provider: Partial<MonitorProviderProps> = {},
) {
  const { container } = await render(
    <div style={{ width: size.width }}>
      {monitor.ui(
        <div style={{ display: 'flex', flexDirection: 'column', height: size.height }}>
          <SpanTreePrefab runId={monitor.store.getState().runIds[0]} />
        </div>,
        provider,
      )}
    </div>,
  );
  const grid = container.querySelector('[role=treegrid]') as HTMLElement;
  const rows = () => [...grid.querySelectorAll<HTMLElement>('.sl-span-tree__row')];
  const rowNamed = (name: string) =>
    rows().find((row) => row.querySelector('.sl-span-tree__name')?.textContent === name) as HTMLElement;
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0));
  return { container, grid, rows, rowNamed };
}
const startMock = () =>
  startMonitor({ events: simulateRun({ scenario: 'mock', startAtMs: BASE_MS - SEEN_MS, untilMs: SEEN_MS }) });
const nextFrames = async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
};
const isInSight = (grid: HTMLElement, row: HTMLElement) => {
  const view = grid.getBoundingClientRect();
  const box = row.getBoundingClientRect();
  return box.top >= view.top - 1 && box.bottom <= view.bottom + 1;
};

describe('a large run', () => {
  it.each(['compact', 'regular', 'touch'] as const)(
    'keeps at most 400 elements in the page, at the top, in the middle and at the end (%s)',
    async (density) => {
      const monitor = startMonitor({ events: manyEvents(10_000) });
      const { container } = await render(
        <div style={{ width: 900 }}>
          {monitor.ui(
            <div style={{ display: 'flex', flexDirection: 'column', height: 800 }}>
              <SpanTree.Root runId={runId} style={{ height: 800 }}>
                <SpanTree.Grid style={{ maxBlockSize: 'none' }} />
              </SpanTree.Root>
            </div>,
            { density },
          )}
        </div>,
      );
      const grid = container.querySelector('[role=treegrid]') as HTMLElement;
      await vi.waitFor(() => expect(grid).toHaveAttribute('aria-rowcount', '10002'));
      for (const share of [0, 0.5, 1]) {
        grid.scrollTop = share * grid.scrollHeight;
        await nextFrames();
        expect(grid.querySelectorAll('*').length).toBeLessThanOrEqual(400);
        const view = grid.getBoundingClientRect();
        const boxes = [...grid.querySelectorAll('.sl-span-tree__row')].map((row) => row.getBoundingClientRect());
        // No hole: rows are there from under the head to the lower edge.
        expect(Math.min(...boxes.map((box) => box.top))).toBeLessThanOrEqual(view.top + 27);
        expect(Math.max(...boxes.map((box) => box.bottom))).toBeGreaterThanOrEqual(view.bottom - 1);
      }
    },
  );

  it('goes by keys to rows that are not in the page yet, and keeps the focused row when it is scrolled away', async () => {
    const { grid, rows } = await mount(startMonitor({ events: manyEvents(5_000) }), { width: 800, height: 500 });
    await vi.waitFor(() => expect(grid).toHaveAttribute('aria-rowcount', '5002'));
    (rows()[0] as HTMLElement).focus();
    await userEvent.keyboard('{End}');
    await vi.waitFor(() => expect(document.activeElement).toHaveAttribute('aria-rowindex', '5002'));
    expect(isInSight(grid, document.activeElement as HTMLElement)).toBe(true);
    grid.scrollTop = 0;
    await nextFrames();
    expect(document.activeElement).toHaveAttribute('aria-rowindex', '5002');
    expect(document.activeElement).toHaveAttribute('data-pinned');
    await userEvent.keyboard('{ArrowUp}');
    await vi.waitFor(() => expect(document.activeElement).toHaveAttribute('aria-rowindex', '5001'));
    expect(isInSight(grid, document.activeElement as HTMLElement)).toBe(true);
    await userEvent.keyboard('{PageUp}{Home}');
    await vi.waitFor(() => expect(document.activeElement).toHaveAttribute('aria-rowindex', '2'));
  });

  it('holds what is read still while rows come above it', async () => {
    const monitor = startMonitor({ events: manyEvents(2_000) });
    const { grid, rows } = await mount(monitor, { width: 800, height: 500 });
    grid.scrollTop = 10_000;
    await nextFrames();
    const seen = rows().find(
      (row) => isInSight(grid, row) && row.getBoundingClientRect().top > grid.getBoundingClientRect().top + 60,
    ) as HTMLElement;
    const name = seen.querySelector('.sl-span-tree__name')?.textContent;
    const top = seen.getBoundingClientRect().top;
    monitor.ingest(
      ...Array.from({ length: 5 }, (_, at) =>
        spanStart('run', `late${at}`, { name: `late ${at}` }, { parent: 'root', atMs: BASE_MS - 1e7 + 1 + at }),
      ),
    );
    await vi.waitFor(() => expect(grid).toHaveAttribute('aria-rowcount', '2007'));
    await nextFrames();
    const still = rows().find((row) => row.querySelector('.sl-span-tree__name')?.textContent === name) as HTMLElement;
    expect(Math.abs(still.getBoundingClientRect().top - top)).toBeLessThanOrEqual(1);
  });
});

describe('the time axis', () => {
  it('has the bars, the now-line and the open edges of running bars at the same places', async () => {
    const { grid, rowNamed } = await mount(startMock(), { width: 760 });
    const track = (grid.querySelector('.sl-span-tree__track') as HTMLElement).getBoundingClientRect();
    const line = (grid.querySelector('.sl-span-tree__now') as HTMLElement).getBoundingClientRect();
    const shareAt = (x: number) => ((x - track.left - 1) / (track.width - 2)) * 44_000;
    expect(Math.abs(shareAt(line.left) - SEEN_MS)).toBeLessThan(150);
    const cell = rowNamed('issue_refund').querySelector('.sl-span-tree__bar-cell') as HTMLElement;
    const bar = getComputedStyle(cell, '::before');
    const right = cell.getBoundingClientRect().left + Number.parseFloat(bar.left) + Number.parseFloat(bar.width);
    expect(Math.abs(right - line.left)).toBeLessThan(2.5);
    const short = getComputedStyle(
      rowNamed('pii_check').querySelector('.sl-span-tree__bar-cell') as HTMLElement,
      '::before',
    );
    expect(Number.parseFloat(short.width)).toBeGreaterThanOrEqual(3);
  });

  it('moves the now-line and no row while nothing comes', async () => {
    const monitor = startMock();
    const { grid, rows } = await mount(monitor, { width: 760 });
    let changes = 0;
    const observer = new MutationObserver((list) => {
      changes += list.filter(({ type }) => type === 'childList').length;
    });
    const line = grid.querySelector('.sl-span-tree__now') as HTMLElement;
    const now = () => Number(line.style.getPropertyValue('--sl-now'));
    const before = now();
    for (const row of rows()) observer.observe(row, { subtree: true, childList: true });
    await monitor.advance(900);
    await vi.waitFor(() => expect(now()).toBeGreaterThan(before + 500));
    observer.disconnect();
    expect(changes).toBe(0);
  });

  it('drops the tick that would touch the now label', async () => {
    const { grid } = await mount(startMock(), { width: 760 });
    const now = (grid.querySelector('.sl-span-tree__now-label') as HTMLElement).getBoundingClientRect();
    const ticks = [...grid.querySelectorAll<HTMLElement>('.sl-span-tree__tick')];
    expect(ticks.map((tick) => tick.textContent)).toEqual(['0 s', '10 s', '20 s', '30 s']); // 40 s would
    for (const tick of ticks) expect(tick.getBoundingClientRect().right).toBeLessThanOrEqual(now.left + 1);
  });

  it('zooms with Ctrl and the wheel at the pointer, and leaves the plain wheel to the page', async () => {
    const { grid } = await mount(startMock(), { width: 760 });
    const track = (grid.querySelector('.sl-span-tree__track') as HTMLElement).getBoundingClientRect();
    const wheel = (ctrlKey: boolean) => {
      const event = new WheelEvent('wheel', {
        bubbles: true,
        cancelable: true,
        ctrlKey,
        deltaY: -200,
        clientX: track.left + track.width / 4,
      });
      grid.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(wheel(false)).toBe(false);
    expect(grid.style.getPropertyValue('--sl-span')).toBe('44000.000');
    expect(wheel(true)).toBe(true);
    const span = Number(grid.style.getPropertyValue('--sl-span'));
    const from = Number(grid.style.getPropertyValue('--sl-from'));
    expect(span).toBeLessThan(30_000);
    expect(from + span / 4).toBeCloseTo(11_000, -2); // what was under the pointer stays there
  });
});

describe('by the width of its panel', () => {
  it('puts the name over the bar and drops the cost below 560 px', async () => {
    const { grid, rowNamed } = await mount(startMock(), { width: 420 });
    const row = rowNamed('refund_policy.lookup');
    expect(row.getBoundingClientRect().height).toBe(38);
    const name = (row.querySelector('.sl-span-tree__name-cell') as HTMLElement).getBoundingClientRect();
    const bar = (row.querySelector('.sl-span-tree__bar-cell') as HTMLElement).getBoundingClientRect();
    expect(bar.top).toBeGreaterThanOrEqual(name.bottom - 1);
    expect(getComputedStyle(row.querySelector('[data-column=cost]') as Element).display).toBe('none');
    expect(grid.scrollWidth).toBeLessThanOrEqual(grid.clientWidth);
    row.focus();
    await userEvent.keyboard('{ArrowRight}{End}');
    expect(document.activeElement).toHaveAttribute('data-column', 'duration'); // the last cell that is there
  });

  it.each([
    ['compact', 24],
    ['regular', 28],
    ['touch', 44],
  ] as const)('has rows of a fixed height by density (%s)', async (density, px) => {
    const { rows } = await mount(startMock(), { width: 760 }, { density });
    await vi.waitFor(() => expect(rows().every((row) => row.getBoundingClientRect().height === px)).toBe(true));
  });
});

describe('one of several tries', () => {
  const retriesOf = (name: string): MonitorEvent[] => [
    runStart('run', { name: 'Retries' }),
    spanStart('run', 'root', { kind: 'agent', name: 'root' }),
    ...[1, 2].map((attempt) =>
      spanEnd(
        'run',
        `t${attempt}`,
        {
          kind: 'tool',
          name,
          startedAtMs: BASE_MS + attempt * 10,
          attempt,
          status: attempt === 1 ? 'error' : 'ok',
          ...(attempt === 1 ? { errorType: 'ToolTimeout' } : {}),
        },
        { parent: 'root', atMs: BASE_MS + attempt * 10 + 5 },
      ),
    ),
  ];

  for (const [name, width] of [
    ['refund_policy.lookup', 800],
    ['refund_policy.lookup', 420],
    ['a_tool_whose_name_is_as_long_as_sixty_letters_or_even_longer', 800],
    ['a_tool_whose_name_is_as_long_as_sixty_letters_or_even_longer', 420],
  ] as const)
    it(`says which one, whole, beside ${name} at ${width} px; the reason stands there whole or not at all`, async () => {
      const { grid } = await mount(startMonitor({ events: retriesOf(name) }), { width, height: 400 });
      await vi.waitFor(() => expect(grid.querySelectorAll('.sl-span-tree__attempt')).toHaveLength(2));
      const cell = grid.querySelector('[data-retried][data-mark="error"]') as HTMLElement;
      const boxOf = (part: string) => cell.querySelector(`.sl-span-tree__${part}`)?.getBoundingClientRect() as DOMRect;
      const attempt = cell.querySelector('.sl-span-tree__attempt') as HTMLElement;
      expect(attempt.textContent).toBe('1 of 2');
      expect(attempt.scrollWidth).toBeLessThanOrEqual(attempt.offsetWidth);
      expect(boxOf('attempt').left).toBeGreaterThan(boxOf('name').right);
      expect(boxOf('attempt').right).toBeLessThan(boxOf('mark').left);
      const reason = boxOf('reason');
      const words = boxOf('reason-words');
      const isShown = words.top < reason.bottom - 1;
      expect(isShown ? words.right <= reason.right + 0.5 : true).toBe(true);
      expect(cell.dataset['slTip']).toBe(`${name} 1 of 2 · ToolTimeout`);
    });
});
