export interface CssRule {
  readonly selectors: readonly string[];
  readonly body: string;
}

/** Splits at commas that stand outside of brackets. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of text) {
    if (char === '(' || char === '[') depth += 1;
    if (char === ')' || char === ']') depth -= 1;
    if (char === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += char;
  }
  return [...parts, part.trim()].filter(Boolean);
}

/** The style rules of a sheet, also those inside of `@media` and `@container`; keyframes are left out. */
export function readRules(css: string): { rules: CssRule[]; atRules: string[] } {
  const rules: CssRule[] = [];
  const atRules: string[] = [];
  const text = css.replace(/\/\*[\s\S]*?\*\//g, '');
  const walk = (from: number, inKeyframes: boolean): number => {
    let at = from;
    let prelude = '';
    while (at < text.length) {
      const char = text[at];
      if (char === '}') return at + 1;
      if (char === '{') {
        const head = prelude.trim().replace(/^[\s\S]*;\s*/, '');
        prelude = '';
        if (head.startsWith('@')) {
          atRules.push(head);
          at = walk(at + 1, head.startsWith('@keyframes'));
          continue;
        }
        const end = text.indexOf('}', at);
        if (!inKeyframes) rules.push({ selectors: splitList(head), body: text.slice(at + 1, end) });
        at = end + 1;
        continue;
      }
      prelude += char;
      at += 1;
    }
    return at;
  };
  walk(0, false);
  return { rules, atRules };
}
