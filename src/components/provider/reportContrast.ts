import { contrastPairs, contrastRatio, type Rgb } from './contrast.ts';

/** As bundlers know it: they put the value in the place of exactly this expression. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

const reported = new Set<string>();

/** The bundler of the host decides; without one there is no `process` and no report. */
function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production';
  } catch {
    return false;
  }
}

/** Colours as they are painted: a canvas turns any CSS colour, mixed or translucent, into what is seen on its ground. */
function createPainter(root: HTMLElement): ((token: string, ground: Rgb | undefined) => Rgb | undefined) | undefined {
  const probe = document.createElement('span');
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  return (token, ground) => {
    probe.style.color = `var(--sl-${token})`;
    root.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    context.fillStyle = ground ? `rgb(${ground.join(' ')})` : '#fff';
    context.fillRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  };
}

export interface ContrastFault {
  readonly front: string;
  readonly back: string;
  readonly ratio: number;
  readonly least: number;
}

/** Pairs of this root's tokens that a person may not be able to read. Empty where there is no layout to ask. */
export function findContrastFaults(root: HTMLElement): readonly ContrastFault[] {
  if (!getComputedStyle(root).getPropertyValue('--sl-surface')) return []; // the sheet is not loaded
  const paint = createPainter(root);
  if (!paint) return [];
  const faults: ContrastFault[] = [];
  for (const { front, back, least } of contrastPairs) {
    const ground = paint(back, paint('surface', undefined));
    const text = paint(front, ground);
    if (!ground || !text) continue;
    const ratio = contrastRatio(text, ground);
    if (ratio < least) faults.push({ front: `--sl-${front}`, back: `--sl-${back}`, ratio, least });
  }
  return faults;
}

/** In development: warns once about mapped tokens that cannot be read on each other. */
export function reportContrast(root: HTMLElement): void {
  if (!isDevelopment() || typeof getComputedStyle !== 'function') return;
  const faults = findContrastFaults(root).filter((fault) => {
    const key = `${fault.front} ${fault.back} ${fault.ratio.toFixed(2)}`;
    if (reported.has(key)) return false;
    reported.add(key);
    return true;
  });
  if (faults.length === 0) return;
  const lines = faults.map(
    ({ front, back, ratio, least }) => `  ${front} on ${back}: ${ratio.toFixed(2)}:1, needs ${least}:1`,
  );
  console.warn(
    `Spanlight: some of the mapped colours are hard to read. Parts of the text will be missed. Set these tokens on .sl-root:\n${lines.join('\n')}`,
  );
}
