/** Widest line of a label, px. The sheet has the same size. */
const LABEL_MAX_PX = 140;
const LINE_PX = 13;
/** Left and right, and what a count behind the words needs. */
const PADDING_PX = 6;
const COUNT_PX = 22;
/** Scripts whose letters are as wide as they are high. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u;
const capital = /\p{Lu}/u;

export interface LabelSize {
  readonly width: number;
  readonly height: number;
}

/** How much room the words on an edge need, px, known before they are drawn: two lines at most. */
export function edgeLabelSize(label: string): LabelSize {
  let width = COUNT_PX;
  for (const letter of label) width += wide.test(letter) ? 10.5 : capital.test(letter) ? 7.2 : 6;
  const lines = width > LABEL_MAX_PX ? 2 : 1;
  return { width: Math.ceil(Math.min(width, LABEL_MAX_PX)) + PADDING_PX, height: lines * LINE_PX + 2 };
}
