import { ConnectionStatusPrefab, RunListPrefab } from 'spanlight';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { BASE_MS, runStart } from '../store/support/buildEvents.ts';
import { addCss, flatCss } from '../theme/support/stage.tsx';
import { startMonitor } from './support/startMonitor.tsx';

let sheet: HTMLStyleElement;
beforeEach(async () => {
  await page.viewport(1024, 768);
  sheet = addCss(flatCss);
});
afterEach(() => sheet.remove());

const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    runStart(`run_${index}`, { name: `Run number ${index}` }, { atMs: BASE_MS + index * 1_000 }),
  );
const gridOf = (container: Element) => container.querySelector('[role="grid"]') as HTMLElement;
const shownRows = (container: Element) => [...container.querySelectorAll<HTMLElement>('.sl-run-list__row')];

describe('a list of many runs', () => {
  it('has only what is in sight in the page, and says how many there are', async () => {
    const { ui } = startMonitor({ events: many(2_000) });
    const { container } = await render(ui(<RunListPrefab />));
    await expect.poll(() => shownRows(container).length).toBeGreaterThan(5);
    expect(shownRows(container).length).toBeLessThan(60);
    expect(gridOf(container).getAttribute('aria-rowcount')).toBe('2000');
    expect(container.innerHTML).toContain('Run number 1999');
    expect(gridOf(container).scrollHeight).toBeGreaterThan(60_000);
  });

  it('is walked to its end and back, and the focused row is never lost', async () => {
    const { ui } = startMonitor({ events: many(2_000) });
    const { container } = await render(ui(<RunListPrefab />));
    await expect.poll(() => shownRows(container).length).toBeGreaterThan(5);
    shownRows(container)[0]?.focus();
    await userEvent.keyboard('{End}');
    await expect.poll(() => document.activeElement?.getAttribute('aria-rowindex')).toBe('2000');
    const box = (document.activeElement as HTMLElement).getBoundingClientRect();
    const frame = gridOf(container).getBoundingClientRect();
    expect(box.bottom).toBeLessThanOrEqual(frame.bottom + 1);
    gridOf(container).scrollTop = 0; // the wheel, while the focus stays
    await expect.poll(() => container.innerHTML.includes('Run number 1999')).toBe(true);
    expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('2000');
    await userEvent.keyboard('{PageUp}');
    await expect.poll(() => Number(document.activeElement?.getAttribute('aria-rowindex'))).toBeLessThan(1_999);
    await userEvent.keyboard('{Home}');
    await expect.poll(() => document.activeElement?.getAttribute('aria-rowindex')).toBe('1');
  });

  it('holds still while it is scrolled, and shows what waits when asked', async () => {
    const { ui, ingest } = startMonitor({ events: many(300) });
    const { container } = await render(ui(<RunListPrefab />));
    const grid = gridOf(container);
    grid.scrollTop = 900;
    await expect.poll(() => container.innerHTML.includes('Run number 275')).toBe(true);
    const first = shownRows(container).find(
      (row) => row.getBoundingClientRect().top > grid.getBoundingClientRect().top,
    );
    const topBefore = first?.getBoundingClientRect().top;
    ingest(runStart('fresh', { name: 'Fresh' }, { atMs: BASE_MS + 900_000 }));
    const pill = page.getByRole('button', { name: '1 new run' });
    await expect.element(pill).toBeVisible();
    const moved = (first?.getBoundingClientRect().top ?? 0) - (topBefore ?? 0);
    expect(Math.abs(moved)).toBeLessThanOrEqual(30); // only the button itself takes its line
    await pill.click();
    await expect.element(page.getByText('Fresh', { exact: true })).toBeVisible();
    expect(grid.scrollTop).toBe(0);
  });

  it('has rows of at least 44 px where a finger points', async () => {
    const { ui } = startMonitor({ events: many(3) });
    const { container } = await render(ui(<RunListPrefab />, { density: 'touch' }));
    for (const target of container.querySelectorAll('.sl-run-list__row, .sl-tabs__tab, .sl-icon-button'))
      expect(target.getBoundingClientRect().height).toBeGreaterThanOrEqual(44);
  });
});

describe('layers over the page', () => {
  it('the details of the connection stand in the top layer, close with Esc and give the focus back', async () => {
    const { ui } = startMonitor();
    const { container } = await render(
      <div style={{ overflow: 'hidden', height: 40 }}>{ui(<ConnectionStatusPrefab />)}</div>,
    );
    const trigger = page.getByRole('button', { name: /^Connection/ });
    await trigger.click();
    const dialog = page.getByRole('dialog', { name: 'Connection details' });
    await expect.element(dialog).toBeVisible();
    expect(dialog.element().matches(':popover-open')).toBe(true);
    const box = dialog.element().getBoundingClientRect();
    const anchor = trigger.element().getBoundingClientRect();
    expect(Math.round(box.top)).toBe(Math.round(anchor.bottom) + 6);
    expect(Math.round(box.left)).toBe(Math.max(6, Math.round(anchor.left)));
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => dialog.query()).toBeNull();
    expect(document.activeElement).toBe(trigger.element());
    expect(container.querySelector('.sl-connection__list')).toBeNull();
  });

  it('a cut text shows whole on hover and on keyboard focus, an uncut one does not', async () => {
    const name = 'A name that is far too long for a narrow list of runs and is therefore cut off at its end';
    const { ui } = startMonitor({
      events: [runStart('r1', { name }), runStart('r2', { name: 'Short' }, { atMs: BASE_MS + 1 })],
    });
    const { container } = await render(<div style={{ width: 260 }}>{ui(<RunListPrefab />)}</div>);
    const tooltip = () => container.querySelector('.sl-tooltip') as HTMLElement;
    const isShown = () => tooltip().matches(':popover-open');
    await userEvent.hover(page.getByText(name));
    await expect.poll(isShown).toBe(true);
    expect(tooltip().textContent).toBe(name);
    await userEvent.hover(page.getByText('Short'));
    await expect.poll(isShown).toBe(false);
    await userEvent.unhover(page.getByText('Short'));
    page.getByRole('tab', { name: 'All' }).element().focus();
    await userEvent.keyboard('{Tab}{ArrowDown}');
    await expect.poll(isShown).toBe(true);
    expect(tooltip().textContent).toBe(name);
    await userEvent.keyboard('{Escape}');
    await expect.poll(isShown).toBe(false);
  });
});

describe('in a shadow root', () => {
  it('works with the sheet adopted, follows the host theme, and keeps keys and focus', async () => {
    const host = document.createElement('div');
    document.body.append(host);
    const shadow = host.attachShadow({ mode: 'open' });
    const adopted = new CSSStyleSheet();
    adopted.replaceSync(flatCss);
    shadow.adoptedStyleSheets = [adopted];
    const mount = document.createElement('div');
    shadow.append(mount);
    const { ui } = startMonitor({ events: many(5) });
    sheet.remove(); // nothing from outside
    host.classList.add('dark');
    const { unmount } = await render(ui(<RunListPrefab />, { theme: 'auto' }), { container: mount });
    const root = shadow.querySelector('.sl-root') as HTMLElement;
    expect(root.getAttribute('data-sl-theme')).toBe('dark');
    const row = shadow.querySelector('.sl-run-list__row') as HTMLElement;
    expect(getComputedStyle(row).display).toBe('grid');
    row.focus();
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect((shadow.activeElement as HTMLElement).getAttribute('aria-rowindex')).toBe('2');
    expect((shadow.activeElement as HTMLElement).getAttribute('aria-selected')).toBe('true');
    await unmount();
    host.remove();
  });
});

describe('right to left', () => {
  it('mirrors the rows', async () => {
    const { ui } = startMonitor({ events: many(2) });
    const { container } = await render(ui(<RunListPrefab />, { dir: 'rtl' }));
    const row = container.querySelector('.sl-run-list__row') as HTMLElement;
    const status = row.querySelector('.sl-run-list__status') as HTMLElement;
    const figures = row.querySelector('.sl-run-list__figures') as HTMLElement;
    expect(status.getBoundingClientRect().left).toBeGreaterThan(figures.getBoundingClientRect().left);
    const duration = row.querySelector('.sl-run-list__duration') as HTMLElement;
    expect(getComputedStyle(duration).direction).toBe('ltr'); // "1.40 s" and not "s 1.40"
  });
});
