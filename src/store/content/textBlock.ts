/** Lines that are shown before "Show all". */
export const FOLD_LINES = 12;
/** Larger blocks are formatted only when somebody asks. */
const ON_DEMAND_BYTES = 20_000;
/** Larger blocks are not put into the page at all: they can be downloaded. */
const DOWNLOAD_ONLY_BYTES = 1_000_000;
/** A line without a break counts as several: a fold must hold a megabyte on one line as well. */
const CHARS_PER_LINE = 160;

export interface TextBlock {
  readonly lineCount: number;
  readonly sizeBytes: number;
  /** What is shown while it is folded; `undefined` when all of it fits. */
  readonly head: string | undefined;
  /** `inline`: at once. `on-demand`: after a click. `download`: only as a file. */
  readonly access: 'inline' | 'on-demand' | 'download';
}

/** How a block of text is folded. O(length). */
export function foldText(text: string): TextBlock {
  const sizeBytes = utf8Size(text);
  let lineCount = 1;
  let shown = 0;
  let headEnd: number | undefined;
  for (let start = 0; start <= text.length; ) {
    const breakAt = text.indexOf('\n', start);
    const end = breakAt < 0 ? text.length : breakAt;
    const rows = Math.max(1, Math.ceil((end - start) / CHARS_PER_LINE));
    if (headEnd === undefined && shown + rows > FOLD_LINES) {
      const room = FOLD_LINES - shown;
      headEnd = room > 0 ? start + room * CHARS_PER_LINE : Math.max(0, start - 1);
    }
    shown += rows;
    if (breakAt < 0) break;
    lineCount += 1;
    start = breakAt + 1;
  }
  return {
    lineCount,
    sizeBytes,
    head: headEnd === undefined ? undefined : wholeCharacters(text.slice(0, headEnd)),
    access: sizeBytes > DOWNLOAD_ONLY_BYTES ? 'download' : sizeBytes > ON_DEMAND_BYTES ? 'on-demand' : 'inline',
  };
}

/** Does not end between the halves of a character. */
const wholeCharacters = (text: string): string => (/[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text);

/** Cut into pieces of some lines each, so that a browser lays out only those in sight. Joined they are the text. */
export function chunkLines(text: string, linesPerChunk = 200): readonly string[] {
  const maxLength = linesPerChunk * CHARS_PER_LINE;
  const chunks: string[] = [];
  let from = 0;
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines < linesPerChunk && at + 1 - from < maxLength) continue;
    chunks.push(text.slice(from, at + 1));
    from = at + 1;
    lines = 0;
  }
  if (from < text.length || chunks.length === 0) chunks.push(text.slice(from));
  return chunks;
}

function utf8Size(text: string): number {
  let size = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    size += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return size;
}
