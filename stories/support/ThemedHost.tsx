import type { ReactNode } from 'react';
import muiCss from '../../src/theme/themes/mui.css?raw';
import plainCss from '../../src/theme/themes/plain.css?raw';
import shadcnCss from '../../src/theme/themes/shadcn.css?raw';

const presets = { shadcn: shadcnCss, mui: muiCss, plain: plainCss } as const;

/** Variables as the two libraries set them by default; a real host has them already. */
const hosts = {
  plain: { light: '', dark: '' },
  shadcn: {
    light:
      '--radius: 10px; --background: #fff; --card: #fff; --foreground: #0a0a0a; --muted-foreground: #737373; --border: #e5e5e5; --primary: #171717; --primary-foreground: #fafafa; --accent: #f5f5f5;',
    dark: '--radius: 10px; --background: #0a0a0a; --card: #171717; --foreground: #fafafa; --muted-foreground: #a1a1a1; --border: rgb(255 255 255 / 10%); --primary: #e5e5e5; --primary-foreground: #171717; --accent: #262626;',
  },
  mui: {
    light:
      '--mui-palette-background-default: #fff; --mui-palette-background-paper: #fff; --mui-palette-text-primary: rgb(0 0 0 / 87%); --mui-palette-text-secondary: rgb(0 0 0 / 60%); --mui-palette-divider: rgb(0 0 0 / 12%); --mui-palette-primary-main: #1976d2; --mui-palette-primary-contrastText: #fff; --mui-palette-action-selected: rgb(0 0 0 / 8%); --mui-shape-borderRadius: 4px;',
    dark: '--mui-palette-background-default: #121212; --mui-palette-background-paper: #121212; --mui-palette-text-primary: #fff; --mui-palette-text-secondary: rgb(255 255 255 / 70%); --mui-palette-divider: rgb(255 255 255 / 12%); --mui-palette-primary-main: #90caf9; --mui-palette-primary-contrastText: rgb(0 0 0 / 87%); --mui-palette-action-selected: rgb(255 255 255 / 16%); --mui-shape-borderRadius: 4px;',
  },
} as const;

export type Preset = keyof typeof presets;

interface ThemedHostProps {
  readonly preset: Preset;
  readonly mode: 'light' | 'dark';
  readonly children: ReactNode;
}

/** A page of another host. Its mapping sheet, which a host imports once for all, holds for this one place only. */
export function ThemedHost({ preset, mode, children }: ThemedHostProps) {
  const className = `story-host-${preset}-${mode}`;
  return (
    <div className={className} data-theme={mode}>
      <style>{`.${className} { ${hosts[preset][mode]} ${presets[preset]} }`}</style>
      {children}
    </div>
  );
}
