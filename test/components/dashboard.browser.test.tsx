import { DashboardPrefab, type DashboardPrefabProps, type MonitorProviderProps } from 'spanlight';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { BASE_MS, runStart, spanStart } from '../store/support/buildEvents.ts';
import { addCss, flatCss, startStage } from '../theme/support/stage.tsx';
import { startMonitor, type TestMonitor } from './support/startMonitor.tsx';

let sheet: HTMLStyleElement;
beforeEach(async () => {
  await page.viewport(1_500, 1_000);
  sheet = addCss(flatCss);
});
afterEach(() => sheet.remove());

async function mount(
  monitor: TestMonitor,
  size: { width: number; height?: number },
  props: DashboardPrefabProps = {},
  provider: Partial<MonitorProviderProps> = {},
) {
  const { container } = await render(
    <div style={{ width: size.width, height: size.height }}>
      {monitor.ui(<DashboardPrefab {...props} />, { style: { height: '100%' }, ...provider })}
    </div>,
  );
  const dashboard = container.querySelector('.sl-dashboard') as HTMLElement;
  const box = (slot: string) =>
    (dashboard.querySelector(`[data-slot="${slot}"]`) as HTMLElement | null)?.getBoundingClientRect();
  return { dashboard, box };
}
const slotsOf = (dashboard: HTMLElement) =>
  [...dashboard.querySelectorAll<HTMLElement>('[data-slot]')].map((slot) => slot.dataset['slot']);

describe('the width of the dashboard decides, not that of the window', () => {
  it('three columns above 1200 px', async () => {
    const { dashboard, box } = await mount(startStage(), { width: 1_440 });
    expect(dashboard.dataset['layout']).toBe('wide');
    // without a history source there is nothing to ask for errors
    expect(slotsOf(dashboard)).toEqual(['stats', 'runs', 'run', 'detail', 'workflow', 'log', 'cost']);
    const [runs, run, detail] = ['runs', 'run', 'detail'].map(box);
    expect(runs?.top).toBe(run?.top);
    expect(run?.top).toBe(detail?.top);
    expect(runs?.width).toBe(280);
    expect(detail?.width).toBe(326);
    expect(run?.width).toBeGreaterThan(700);
  });

  it('two from 800 to 1200: the run over its detail', async () => {
    const { dashboard, box } = await mount(startStage(), { width: 1_000 });
    await expect.poll(() => dashboard.dataset['layout']).toBe('medium');
    const [runs, run, detail] = ['runs', 'run', 'detail'].map(box);
    expect(runs?.left).toBeLessThan(run?.left ?? 0);
    expect(run?.left).toBe(detail?.left);
    expect(detail?.top).toBeGreaterThan(run?.bottom ?? 0);
    expect(runs?.bottom).toBe(detail?.bottom);
  });

  it('one column with tabs below; what is opened leads to its tab', async () => {
    const { dashboard } = await mount(startStage(), { width: 420 });
    await expect.poll(() => dashboard.dataset['layout']).toBe('narrow');
    expect(slotsOf(dashboard)).toEqual(['stats', 'runs']);
    const tab = (name: string) => page.getByRole('tab', { name, exact: true });
    await page.getByText('Invoice export').first().click();
    await expect.element(tab('Run')).toHaveAttribute('aria-selected', 'true');
    expect(document.activeElement).toBe(tab('Run').element());
    expect(slotsOf(dashboard)).toEqual(['stats', 'run']);
    await tab('Log').click();
    expect(slotsOf(dashboard)).toEqual(['stats', 'log']);
    await tab('Cost').click();
    expect(slotsOf(dashboard)).toEqual(['stats', 'cost']);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(1_500);
    expect(dashboard.scrollWidth).toBeLessThanOrEqual(420);
  });

  it('changes while it is looked at, and the browser has no error to tell', async () => {
    const errors: string[] = [];
    const onError = ({ message }: ErrorEvent) => errors.push(message);
    window.addEventListener('error', onError);
    const { dashboard } = await mount(startStage(), { width: 1_440 });
    const box = dashboard.closest<HTMLElement>('.sl-root')?.parentElement as HTMLElement;
    for (const [width, layout] of [
      [420, 'narrow'],
      [1_000, 'medium'],
      [1_440, 'wide'],
      [320, 'narrow'],
      [1_300, 'wide'],
    ] as const) {
      box.style.width = `${width}px`;
      await expect.poll(() => dashboard.dataset['layout']).toBe(layout);
    }
    window.removeEventListener('error', onError);
    expect(errors).toEqual([]);
  });

  it('fills the height it is given and needs no more than its parts; long lists scroll inside', async () => {
    const many = Array.from({ length: 90 }, (_, at) =>
      runStart(`r${at}`, { name: `Run ${at}` }, { atMs: BASE_MS + at }),
    );
    const tall = await mount(startMonitor({ events: many }), { width: 1_440, height: 1_300 });
    expect(tall.dashboard.getBoundingClientRect().height).toBe(1_300);
    const short = await mount(startMonitor({ events: many }), { width: 1_440 });
    expect(short.dashboard.getBoundingClientRect().height).toBeLessThan(1_000);
    expect(short.box('runs')?.height).toBeLessThan(500);
  });
});

describe('its parts', () => {
  it('can be dropped, put in another order and replaced', async () => {
    const { dashboard } = await mount(
      startStage(),
      { width: 1_440 },
      { slots: ['run', 'runs', 'cost'], parts: { cost: <p>own cost</p> }, hasToolbar: false },
    );
    expect(slotsOf(dashboard)).toEqual(['run', 'runs', 'cost']);
    await expect.element(page.getByText('own cost')).toBeVisible();
    expect(dashboard.querySelector('.sl-dashboard__bar')).toBeNull();
    await expect.element(page.getByRole('button', { name: 'Search runs' })).toBeVisible(); // its own search, with no toolbar
  });

  it('are reached by skip links that leave the host’s address alone', async () => {
    await mount(startStage(), { width: 1_440 });
    const before = window.location.href;
    await userEvent.keyboard('{Tab}');
    expect(document.activeElement?.textContent).toBe('Skip to Key figures');
    expect(getComputedStyle(document.activeElement as Element).clipPath).toBe('none');
    await userEvent.keyboard('{Tab}');
    await userEvent.keyboard('{Enter}');
    expect(document.activeElement?.closest('[data-slot]')?.getAttribute('data-slot')).toBe('runs');
    expect(window.location.href).toBe(before);
  });

  it('the toolbar is one tab stop, walked with arrows; the search keeps its caret keys', async () => {
    await mount(startStage(), { width: 1_440 });
    const toolbar = page.getByRole('toolbar', { name: 'Dashboard toolbar' }).element();
    const stops = () =>
      [...toolbar.querySelectorAll<HTMLElement>('button, input')].filter((item) => item.tabIndex === 0);
    expect(stops()).toHaveLength(1);
    stops()[0]?.focus();
    await userEvent.keyboard('{ArrowRight}');
    const search = page.getByRole('searchbox', { name: 'Search runs' });
    expect(document.activeElement).toBe(search.element());
    await userEvent.keyboard('ab{ArrowLeft}c');
    await expect.element(search).toHaveValue('acb');
    await userEvent.keyboard('{Escape}{ArrowRight}');
    expect(document.activeElement?.textContent).toBe('Pause');
    expect(stops()).toHaveLength(1);
    await userEvent.keyboard('{Home}');
    expect(document.activeElement).toBe(stops()[0]);
  });

  it('a slash inside leads to the search; outside, and where the host wants no such keys, it does nothing', async () => {
    const { dashboard } = await mount(startStage(), { width: 1_440 });
    const search = page.getByRole('searchbox', { name: 'Search runs' }).element();
    await userEvent.keyboard('/');
    expect(document.activeElement).not.toBe(search);
    dashboard.querySelector<HTMLElement>('.sl-run-list__row')?.focus();
    await userEvent.keyboard('/');
    expect(document.activeElement).toBe(search);
    await userEvent.keyboard('a/b');
    expect((search as HTMLInputElement).value).toBe('a/b');
    const off = await mount(startStage(), { width: 1_440 }, {}, { shortcuts: false });
    off.dashboard.querySelector<HTMLElement>('.sl-run-list__row')?.focus();
    const before = document.activeElement;
    await userEvent.keyboard('/');
    expect(document.activeElement).toBe(before);
  });

  it('says since when nothing comes in any more', async () => {
    const monitor = startStage();
    const { dashboard } = await mount(monitor, { width: 1_440 });
    monitor.setConnection({
      phase: 'offline',
      sinceMs: BASE_MS - 60_000,
      code: 'transport.lost',
      isAuthFailure: false,
      lastGoodAtMs: BASE_MS - 45_000,
    });
    await expect.element(page.getByText('Showing data from 07:59:15')).toBeVisible();
    expect(dashboard.closest('.sl-root')?.hasAttribute('data-stale')).toBe(true);
    expect(document.querySelectorAll('.sl-run-list__row').length).toBeGreaterThan(5);
  });

  it('the toolbar searches the runs', async () => {
    await mount(startStage(), { width: 1_440 });
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('invoice');
    await expect.poll(() => document.querySelectorAll('.sl-run-list__row').length).toBe(1);
  });

  it('Pause freezes what is shown while data keeps coming', async () => {
    const monitor = startMonitor({ events: [runStart('r1', { name: 'First' }), spanStart('r1', 'a')] });
    await mount(monitor, { width: 1_440 });
    const pause = page.getByRole('button', { name: 'Pause', exact: true });
    await pause.click();
    await expect.element(pause).toHaveAttribute('aria-pressed', 'true');
    monitor.ingest(runStart('r2', { name: 'Second' }, { atMs: BASE_MS + 1 }));
    await expect.element(page.getByRole('button', { name: /Paused.*1 waiting/ })).toBeVisible();
    expect(document.querySelectorAll('.sl-run-list__row')).toHaveLength(1);
    await pause.click();
    await expect.poll(() => document.querySelectorAll('.sl-run-list__row').length).toBe(2);
  });
});

describe('what is open at first', () => {
  it('is the newest run, once, when nobody opened anything', async () => {
    const onSelectionChange = vi.fn<(selection: object) => void>();
    const monitor = startMonitor();
    await mount(monitor, { width: 1_440 }, {}, { onSelectionChange });
    monitor.ingest(runStart('r1'));
    await expect.poll(() => onSelectionChange.mock.calls).toEqual([[{ runId: 'r1' }]]);
    monitor.ingest(runStart('r2', {}, { atMs: BASE_MS + 1 }));
    await expect.poll(() => document.querySelectorAll('.sl-run-list__row').length).toBe(2);
    expect(onSelectionChange).toHaveBeenCalledTimes(1);
  });

  it('is what the host says', async () => {
    const onSelectionChange = vi.fn<(selection: object) => void>();
    const monitor = startStage();
    await mount(monitor, { width: 1_440 }, { opensFirstRun: false }, { onSelectionChange });
    await expect.element(page.getByText('Select a run to see its spans')).toBeVisible();
    expect(onSelectionChange).not.toHaveBeenCalled();
  });
});
