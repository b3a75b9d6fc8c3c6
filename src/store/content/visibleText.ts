/** A piece of text as it is shown: plain, or the name of a character that cannot be seen or would change the order of others. */
export interface TextPiece {
  readonly text: string;
  /** `mark`: stands for an invisible character; its code is in `code`. */
  readonly kind: 'plain' | 'mark';
  readonly code?: string | undefined;
}

const names: Readonly<Record<number, string>> = {
  0x00ad: 'SHY',
  0x034f: 'CGJ',
  0x061c: 'ALM',
  0x180e: 'MVS',
  0x200b: 'ZWSP',
  0x200c: 'ZWNJ',
  0x200d: 'ZWJ',
  0x200e: 'LRM',
  0x200f: 'RLM',
  0x2028: 'LS',
  0x2029: 'PS',
  0x202a: 'LRE',
  0x202b: 'RLE',
  0x202c: 'PDF',
  0x202d: 'LRO',
  0x202e: 'RLO',
  0x2060: 'WJ',
  0x2066: 'LRI',
  0x2067: 'RLI',
  0x2068: 'FSI',
  0x2069: 'PDI',
  0x2800: 'BLANK',
  0x3164: 'HF',
  0xfeff: 'BOM',
  0xffa0: 'HHF',
};

/** Format characters that are drawn: the number signs of Arabic, Syriac and Kaithi. */
const drawn = '[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}]';
/** A joiner between two emoji is part of the picture and stays. */
const loneJoiner =
  '(?<!\\p{Extended_Pictographic}\\ufe0f?|\\p{Emoji_Modifier})\\u200d|\\u200d(?!\\p{Extended_Pictographic})';
const unseen = new RegExp(
  [
    '\\r\\n',
    '(?![\\t\\n])\\p{Cc}', // control characters
    `(?!\\u200d|${drawn})\\p{Cf}`, // bidi, zero-width, tags
    loneJoiner,
    '\\p{Zl}|\\p{Zp}',
    '\\p{Cs}', // half a character
    '\\u034f|\\u115f|\\u1160|\\u17b4|\\u17b5|[\\u180b-\\u180d]|\\u2800|\\u3164|\\uffa0|[\\u{e0000}-\\u{e0fff}]', // blanks
  ].join('|'),
  'gu',
);

const hexOf = (code: number) => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

function nameOf(code: number): string {
  if (code < 0x20) return String.fromCodePoint(0x2400 + code); // ␀ … ␟
  if (code === 0x7f) return '␡';
  return names[code] ?? hexOf(code);
}

/** Text in pieces: what a reader cannot see stands out by name. Windows line ends become plain ones. O(length). */
export function visiblePieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let plain = '';
  let at = 0;
  for (const match of text.matchAll(unseen)) {
    plain += text.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[0] === '\r\n') {
      plain += '\n';
      continue;
    }
    if (plain !== '') pieces.push({ text: plain, kind: 'plain' });
    plain = '';
    const code = match[0].codePointAt(0) ?? 0;
    pieces.push({ text: nameOf(code), kind: 'mark', code: hexOf(code) });
  }
  plain += text.slice(at);
  if (plain !== '' || pieces.length === 0) pieces.push({ text: plain, kind: 'plain' });
  return pieces;
}

/** As one string, for names, tooltips and labels: `report⟦RLO⟧fdp.exe`. Line breaks become symbols as well. */
export function visibleName(text: string): string {
  return visiblePieces(text)
    .map((piece) => (piece.kind === 'plain' ? piece.text : piece.text.length === 1 ? piece.text : `⟦${piece.text}⟧`))
    .join('')
    .replaceAll('\n', '␊');
}
