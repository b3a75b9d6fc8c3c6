export type Rgb = readonly [red: number, green: number, blue: number];

/** Relative luminance of an sRGB colour, 0 to 255 a channel. Source: WCAG 2.2. */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const part = channel / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours, 1 to 21. Source: WCAG 2.2. */
export function contrastRatio(first: Rgb, second: Rgb): number {
  const a = luminance(first);
  const b = luminance(second);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Pairs of tokens that stand on each other, with the least contrast each needs. Names without `--sl-`. */
export interface ContrastPair {
  readonly front: string;
  readonly back: string;
  readonly least: number;
}

const grounds = ['bg', 'surface', 'surface-2', 'surface-3', 'hover', 'selected'];
const pair = (front: string, back: string, least: number): ContrastPair => ({ front, back, least });

/** Text needs 4.5:1, borders of controls and drawings 3:1. */
export const contrastPairs: readonly ContrastPair[] = [
  ...['text', 'text-2', 'text-3'].flatMap((front) => grounds.map((back) => pair(front, back, 4.5))),
  pair('accent-fg', 'accent', 4.5),
  pair('text', 'accent-soft', 4.5),
  ...['link', 'live', 'ok', 'attn', 'err'].flatMap((front) =>
    ['surface', 'selected'].map((back) => pair(front, back, 4.5)),
  ),
  pair('live', 'live-soft', 4.5),
  pair('ok', 'ok-soft', 4.5),
  pair('attn', 'attn-soft', 4.5),
  pair('err', 'err-soft', 4.5),
  pair('text-2', 'idle-soft', 4.5),
  pair('text', 'overlay', 4.5),
  pair('text-3', 'overlay', 4.5),
  ...['code-key', 'code-str', 'code-num', 'code-lit'].map((front) => pair(front, 'surface-2', 4.5)),
  ...['ctl-border', 'focus', 'attn-mark', 'idle'].map((front) => pair(front, 'surface', 3)),
  ...['agent', 'llm', 'tool', 'retrieval', 'handoff', 'guardrail', 'human', 'eval', 'other'].map((kind) =>
    pair(`k-${kind}`, 'surface', 3),
  ),
  ...[1, 2, 3, 4, 5, 6].map((series) => pair(`c${series}`, 'surface', 3)),
];
