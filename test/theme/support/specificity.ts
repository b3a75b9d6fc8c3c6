import { splitList } from './readRules.ts';

export type Specificity = [ids: number, classes: number, elements: number];

const add = (a: Specificity, b: Specificity): Specificity => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const compare = (a: Specificity, b: Specificity) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** Specificity of a selector without a list at its top. Source: Selectors Level 4, section 17. */
export function specificityOf(selector: string): Specificity {
  let sum: Specificity = [0, 0, 0];
  let at = 0;
  while (at < selector.length) {
    const rest = selector.slice(at);
    const fn = /^::?(where|is|not|has|dir|nth-[\w-]+)\(/.exec(rest);
    if (fn) {
      const end = closing(selector, at + fn[0].length);
      const inner = selector.slice(at + fn[0].length, end);
      if (fn[1] === 'dir' || fn[1]?.startsWith('nth')) sum = add(sum, [0, 1, 0]);
      else if (fn[1] !== 'where') sum = add(sum, splitList(inner).map(specificityOf).sort(compare).at(-1) ?? [0, 0, 0]);
      at = end + 1;
      continue;
    }
    const simple = /^(?:(::[\w-]+)|([.:#][\w-]+)|(\[[^\]]*\])|([a-zA-Z][\w-]*)|[\s>+~*])/.exec(rest);
    if (!simple) throw new Error(`cannot read ${selector} at ${rest}`);
    if (simple[1] || simple[4]) sum = add(sum, [0, 0, 1]);
    else if (simple[2]?.startsWith('#')) sum = add(sum, [1, 0, 0]);
    else if (simple[2] || simple[3]) sum = add(sum, [0, 1, 0]);
    at += simple[0].length;
  }
  return sum;
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`not closed: ${text}`);
}
