/** Reads CSS without minding braces in comments and strings. @returns the index after the brace that closes the block */
function endOfBlock(css: string, from: number): number {
  let depth = 1;
  for (let at = from; at < css.length; at += 1) {
    const char = css[at];
    if (char === '/' && css[at + 1] === '*') at = endOf(css, '*/', at + 2) - 1;
    else if (char === '"' || char === "'") at = endOfString(css, at);
    else if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  throw new Error('a layer is not closed');
}

const endOf = (css: string, mark: string, from: number) => {
  const at = css.indexOf(mark, from);
  return at < 0 ? css.length : at + mark.length;
};

/** Index of the closing quote. */
function endOfString(css: string, from: number): number {
  for (let at = from + 1; at < css.length; at += 1) {
    if (css[at] === '\\') at += 1;
    else if (css[at] === css[from]) return at;
  }
  return css.length;
}

/** What a layer statement or block says, and where; comments are stepped over. */
const layerRule = /\/\*[\s\S]*?\*\/|@layer\s+([\w.,\s-]+?)\s*([;{])/g;

/**
 * Takes the layers off, in the order they were declared: an unlayered reset of the host then cannot beat a rule of ours.
 * What stood outside of any layer comes first.
 * @throws when a block names a layer that no statement before it declared
 */
export function flattenLayers(css: string): string {
  const blocks = new Map<string, string[]>();
  let rest = '';
  let at = 0;
  layerRule.lastIndex = 0;
  for (let match = layerRule.exec(css); match; match = layerRule.exec(css)) {
    const [text, names, sign] = match;
    if (names === undefined) continue;
    rest += css.slice(at, match.index);
    if (sign === ';') {
      for (const name of names.split(',')) if (!blocks.has(name.trim())) blocks.set(name.trim(), []);
      at = match.index + text.length;
      continue;
    }
    const block = blocks.get(names);
    if (!block) throw new Error(`layer ${names} is not in the order list`);
    const from = match.index + text.length;
    at = endOfBlock(css, from);
    block.push(css.slice(from, at - 1).trim());
    layerRule.lastIndex = at;
  }
  rest += css.slice(at);
  return `${[rest.trim(), ...[...blocks.values()].flat()].filter(Boolean).join('\n\n')}\n`;
}
