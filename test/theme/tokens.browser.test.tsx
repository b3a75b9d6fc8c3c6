import { afterEach, describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { contrastPairs, contrastRatio, type Rgb } from '../../src/components/provider/contrast.ts';
import { findContrastFaults } from '../../src/components/provider/reportContrast.ts';
import mui from '../../src/theme/themes/mui.css?inline';
import plain from '../../src/theme/themes/plain.css?inline';
import shadcn from '../../src/theme/themes/shadcn.css?inline';
import { startMonitor } from '../components/support/startMonitor.tsx';
import { addCss, flatCss } from './support/stage.tsx';

const sheets: HTMLStyleElement[] = [];
const add = (css: string) => {
  const sheet = addCss(css);
  sheets.push(sheet);
  return sheet;
};
afterEach(() => {
  for (const sheet of sheets.splice(0)) sheet.remove();
});

async function rootWith(theme: 'light' | 'dark'): Promise<HTMLElement> {
  const { ui } = startMonitor();
  const screen = await render(ui(null, { theme }));
  return screen.container.querySelector('.sl-root') as HTMLElement;
}

/** The hexes of the design page; those that follow from others may be a little beside them. */
const designed: Readonly<Record<'light' | 'dark', Readonly<Record<string, string>>>> = {
  light: {
    bg: '#f4f5f6',
    surface: '#ffffff',
    'surface-2': '#f8f9fa',
    'surface-3': '#eef0f2',
    border: '#e0e3e7',
    'border-strong': '#c4c9d0',
    'ctl-border': '#858d98',
    text: '#171b21',
    'text-2': '#4a525d',
    'text-3': '#636b77',
    accent: '#171b21',
    'accent-fg': '#ffffff',
    'accent-soft': '#e9ecf0',
    hover: '#f2f4f6',
    selected: '#e8eff8',
    grid: '#eceef1',
    hatch: '#c4c9d0',
  },
  dark: {
    bg: '#0c0e11',
    surface: '#14171b',
    'surface-2': '#181c21',
    'surface-3': '#20252b',
    border: '#272d34',
    'border-strong': '#3b434d',
    'ctl-border': '#707a87',
    text: '#e9ecf0',
    'text-2': '#b3bac4',
    'text-3': '#8f98a4',
    accent: '#e9ecf0',
    'accent-fg': '#14171b',
    'accent-soft': '#262c33',
    hover: '#1b2026',
    selected: '#1a2838',
    grid: '#1f242a',
    hatch: '#3b434d',
  },
};

const parse = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
function paint(root: HTMLElement, token: string): Rgb {
  const probe = document.createElement('i');
  probe.style.color = `var(--sl-${token})`;
  root.append(probe);
  const context = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = getComputedStyle(probe).color;
  context.fillRect(0, 0, 1, 1);
  probe.remove();
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  it('can be read: text 4.5:1 on every surface, marks and control borders 3:1', async () => {
    add(flatCss);
    expect(findContrastFaults(await rootWith(theme))).toEqual([]);
    expect(contrastPairs.length).toBeGreaterThan(50);
  });

  it('is the designed one, also where a token follows from others', async () => {
    add(flatCss);
    const root = await rootWith(theme);
    for (const [token, hex] of Object.entries(designed[theme])) {
      const shown = paint(root, token);
      const wanted = parse(hex);
      const apart = Math.max(...shown.map((channel, at) => Math.abs(channel - (wanted[at] ?? 0))));
      expect(apart, `--sl-${token} is rgb(${shown.join(' ')}), designed ${hex}`).toBeLessThanOrEqual(12);
    }
  });

  it('can be read in the colours of a plain host too', async () => {
    add(flatCss);
    add(plain);
    expect(findContrastFaults(await rootWith(theme))).toEqual([]);
  });
});

describe('a host that maps its own tokens', () => {
  it('moves all that follows from them', async () => {
    add(flatCss);
    const root = await rootWith('light');
    const before = paint(root, 'surface-3');
    add('.sl-root{--sl-surface:#102030;--sl-text:#ffffff;--sl-text-3:#c0c8d0;--sl-border:#304050}');
    const after = paint(root, 'surface-3');
    expect(after).not.toEqual(before);
    expect(contrastRatio(paint(root, 'text'), after)).toBeGreaterThan(4.5);
    expect(contrastRatio(paint(root, 'text-2'), after)).toBeGreaterThan(4.5);
  });

  it.each([
    [
      'shadcn/ui',
      shadcn,
      ':root{--background:oklch(1 0 0);--foreground:oklch(0.145 0 0);--card:oklch(1 0 0);--muted-foreground:oklch(0.556 0 0);--border:oklch(0.922 0 0);--primary:oklch(0.205 0 0);--primary-foreground:oklch(0.985 0 0);--accent:oklch(0.97 0 0);--radius:0.625rem}',
      'light',
    ],
    [
      'shadcn/ui, dark',
      shadcn,
      ':root{--background:oklch(0.145 0 0);--foreground:oklch(0.985 0 0);--card:oklch(0.205 0 0);--muted-foreground:oklch(0.708 0 0);--border:oklch(1 0 0 / 10%);--primary:oklch(0.922 0 0);--primary-foreground:oklch(0.205 0 0);--accent:oklch(0.269 0 0);--radius:0.625rem}',
      'dark',
    ],
    [
      'MUI',
      mui,
      ':root{--mui-palette-background-default:#fff;--mui-palette-background-paper:#fff;--mui-palette-text-primary:rgba(0,0,0,.87);--mui-palette-text-secondary:rgba(0,0,0,.6);--mui-palette-divider:rgba(0,0,0,.12);--mui-palette-primary-main:#1976d2;--mui-palette-primary-contrastText:#fff;--mui-palette-action-selected:rgba(0,0,0,.08);--mui-shape-borderRadius:4px}',
      'light',
    ],
  ] as const)(
    '%s: the mapping reads the tokens of that system, and text can be read',
    async (_name, mapping, host, theme) => {
      add(flatCss);
      add(mapping);
      add(host);
      const root = await rootWith(theme);
      const faults = findContrastFaults(root).filter(({ front }) => /--sl-(text|text-2|text-3|accent-fg)$/.test(front));
      expect(faults).toEqual([]);
      expect(getComputedStyle(root).getPropertyValue('--sl-text')).not.toBe('');
      expect(paint(root, 'accent')).not.toEqual(parse(designed[theme]['accent'] ?? ''));
    },
  );

  it('hears of a pair that cannot be read, once, in development', async () => {
    vi.stubGlobal('process', { env: { NODE_ENV: 'development' } }); // a bundler's work, here by hand
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    add(flatCss);
    add('.sl-root{--sl-text-3:#c9c9c9}');
    const { ui } = startMonitor();
    await render(ui(null));
    await expect.poll(() => warn.mock.calls.length, { timeout: 4_000 }).toBe(1);
    expect(warn.mock.calls[0]?.[0]).toContain('--sl-text-3 on --sl-surface: ');
    await render(ui(null));
    await new Promise((resolve) => setTimeout(resolve, 1_300)); // the check comes a second after the mount
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
    vi.unstubAllGlobals();
  });
});
