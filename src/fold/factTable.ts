import { PARTS_MASK, RANK_SHIFT } from './spanFields.ts';

/** Rows a block; blocks are never copied, so there is no spare half as in an array that doubles. */
const BLOCK_SHIFT = 11;
const BLOCK_ROWS = 1 << BLOCK_SHIFT;
const ROW_MASK = BLOCK_ROWS - 1;

/** Columns of a row: which fields, which parts (rank and form of the id above them), the next row, four words of the id. */
const MASK = 0;
const PARTS = 1;
const NEXT = 2;
const ID = 3;
const COLUMNS = 7;

const RANK_BITS = 3;
const FORM_SHIFT = RANK_SHIFT + 2;
/** How an id is kept: as text beside the table, or as 16 bytes of a UUID or of 32 hex digits. */
const AS_TEXT = 0;
const AS_UUID = 1;
const AS_HEX = 2;

interface Block {
  readonly ts: Float64Array;
  readonly words: Uint32Array;
}

/** 0-15 for the code unit of a lower-case hex digit, else 16. */
const digits = new Uint8Array(128).fill(16);
for (let digit = 0; digit < 16; digit += 1) digits[digit.toString(16).charCodeAt(0)] = digit;

const scratch = new Uint32Array(4);

const digitAt = (id: string, at: number): number => {
  const unit = id.charCodeAt(at);
  return unit < 128 ? (digits[unit] as number) : 16;
};

/** 16 bits of four hex digits; -1 when one is none. */
function quadAt(id: string, at: number): number {
  const first = digitAt(id, at);
  const second = digitAt(id, at + 1);
  const third = digitAt(id, at + 2);
  const fourth = digitAt(id, at + 3);
  return (first | second | third | fourth) > 15 ? -1 : (first << 12) | (second << 8) | (third << 4) | fourth;
}

/** Where the eight quads of an id begin. */
const uuidQuads = [0, 4, 9, 14, 19, 24, 28, 32] as const;
const hexQuads = [0, 4, 8, 12, 16, 20, 24, 28] as const;
const hyphen = 45;

const isHyphenated = (id: string): boolean =>
  id.charCodeAt(8) === hyphen &&
  id.charCodeAt(13) === hyphen &&
  id.charCodeAt(18) === hyphen &&
  id.charCodeAt(23) === hyphen;

/** Reads a canonical UUID or 32 lower-case hex digits into `scratch`; any other id keeps its text. */
function packId(id: string): number {
  const isUuid = id.length === 36;
  if (isUuid ? !isHyphenated(id) : id.length !== 32) return AS_TEXT;
  const quads = isUuid ? uuidQuads : hexQuads;
  let faults = 0;
  for (let word = 0; word < 4; word += 1) {
    const high = quadAt(id, quads[word * 2] as number);
    const low = quadAt(id, quads[word * 2 + 1] as number);
    faults |= high | low;
    scratch[word] = (high << 16) | low;
  }
  if (faults < 0) return AS_TEXT;
  return isUuid ? AS_UUID : AS_HEX;
}

const hexOf = (word: number): string => word.toString(16).padStart(8, '0');

/**
 * The origins of all spans of a fold, a row each: 36 bytes where an object with its strings takes 150, at two rows a span.
 * Row 0 stands for none.
 */
export class FactTable {
  private readonly blocks: Block[] = [];
  private readonly texts = new Map<number, string>();
  /** First of the rows that were given back; they are chained by their `next`. */
  private free = 0;
  private end = 1;

  add(ts: number, id: string, rank: number, mask: number, parts: number): number {
    const row = this.take();
    const { ts: times, words } = this.blockOf(row);
    const at = (row & ROW_MASK) * COLUMNS;
    const form = packId(id);
    if (form === AS_TEXT) this.texts.set(row, id);
    else for (let word = 0; word < 4; word += 1) words[at + ID + word] = scratch[word] as number;
    times[row & ROW_MASK] = ts;
    words[at + MASK] = mask;
    words[at + PARTS] = parts | (rank << RANK_SHIFT) | (form << FORM_SHIFT);
    words[at + NEXT] = 0;
    return row;
  }

  remove(row: number): void {
    if (this.formOf(row) === AS_TEXT) this.texts.delete(row);
    this.setNext(row, this.free);
    this.free = row;
  }

  ts(row: number): number {
    return this.blockOf(row).ts[row & ROW_MASK] as number;
  }

  rank(row: number): number {
    return (this.word(row, PARTS) >>> RANK_SHIFT) & RANK_BITS;
  }

  id(row: number): string {
    const form = this.formOf(row);
    if (form === AS_TEXT) return this.texts.get(row) ?? '';
    const hex = [0, 1, 2, 3].map((word) => hexOf(this.word(row, ID + word))).join('');
    if (form === AS_HEX) return hex;
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  mask(row: number): number {
    return this.word(row, MASK);
  }

  setMask(row: number, mask: number): void {
    this.blockOf(row).words[(row & ROW_MASK) * COLUMNS + MASK] = mask;
  }

  /** Parts of content alone, without what else stands in their column. */
  parts(row: number): number {
    return this.word(row, PARTS) & PARTS_MASK;
  }

  setParts(row: number, parts: number): void {
    const above = this.word(row, PARTS) & ~PARTS_MASK;
    this.blockOf(row).words[(row & ROW_MASK) * COLUMNS + PARTS] = above | parts;
  }

  /** Takes fields and parts from a row. @returns whether nothing is left of it */
  lose(row: number, mask: number, parts: number): boolean {
    const { words } = this.blockOf(row);
    const at = (row & ROW_MASK) * COLUMNS;
    const fieldsLeft = (words[at + MASK] as number) & ~mask;
    const partsLeft = (words[at + PARTS] as number) & ~parts; // rank and form stand above and stay
    words[at + MASK] = fieldsLeft;
    words[at + PARTS] = partsLeft;
    return fieldsLeft === 0 && (partsLeft & PARTS_MASK) === 0;
  }

  next(row: number): number {
    return this.word(row, NEXT);
  }

  setNext(row: number, next: number): void {
    this.blockOf(row).words[(row & ROW_MASK) * COLUMNS + NEXT] = next;
  }

  private formOf(row: number): number {
    return this.word(row, PARTS) >>> FORM_SHIFT;
  }

  private word(row: number, column: number): number {
    return this.blockOf(row).words[(row & ROW_MASK) * COLUMNS + column] as number;
  }

  private blockOf(row: number): Block {
    return this.blocks[row >> BLOCK_SHIFT] as Block;
  }

  private take(): number {
    const row = this.free;
    if (row !== 0) {
      this.free = this.next(row);
      return row;
    }
    const next = this.end;
    this.end += 1;
    if (next >> BLOCK_SHIFT === this.blocks.length) {
      this.blocks.push({ ts: new Float64Array(BLOCK_ROWS), words: new Uint32Array(BLOCK_ROWS * COLUMNS) });
    }
    return next;
  }
}
