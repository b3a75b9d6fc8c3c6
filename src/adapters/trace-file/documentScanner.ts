const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;

/** An entry whose text is longer stands alone, so that it can be looked into. */
export const LARGE_LENGTH = 256 * 1024;
/** A longer name is none of those that are looked for. */
const MAX_NAME = 64;

/** Entries of a list that stand side by side, unparsed. */
export interface EntryRun {
  /** Of the list in the document; `undefined` where the document is a list. */
  readonly listName: string | undefined;
  /** Place of the first in its list. */
  readonly first: number;
  /** Their text with the commas between them; of a large entry, which stands alone, the parts that it came in. */
  readonly texts: readonly string[];
  readonly isLarge: boolean;
}

export interface Outline {
  /** The document without the entries: an empty list, or an object with its lists emptied. */
  readonly frame: string;
  readonly runs: readonly EntryRun[];
}

/**
 * Finds the entries of the lists of a JSON document without parsing them, in text that comes part by part: one pass, no recursion,
 * nothing joined. It looks at what holds the document together; what is wrong inside is found by who parses it.
 */
export class DocumentScanner {
  private readonly names: ReadonlySet<string>;
  private runs: EntryRun[] = [];
  private readonly frame: string[] = [];
  private depth = 0;
  /** Depth of the entries: 1 in a list, 2 in a list of an object, 0 in neither. */
  private entryDepth = 0;
  private isObject = false;
  private state: 'before' | 'within' | 'after' | 'broken' = 'before';
  private isInString = false;
  /** Backslashes that ended the part before, within a string. */
  private slashes = 0;
  private isNameNext = false;
  private isValueNext = false;
  private name: string | undefined;
  private listName: string | undefined;
  private entryIndex = 0;
  /** What of the entry stood in parts before. */
  private carried: string[] = [];
  private carriedLength = 0;

  /** The part that is looked at, and places in it: -1 is none. */
  private text = '';
  private nameFrom = -1;
  private frameFrom = 0;
  private entryFrom = 0;
  private runFrom = 0;
  private runEnd = -1;
  private runIndex = 0;

  private readonly aloneFrom: number;

  /**
   * @param names - of the lists of an object whose entries are told apart
   * @param aloneFrom - length of an entry that is no longer put together with its neighbours
   */
  constructor(names: ReadonlySet<string>, aloneFrom = LARGE_LENGTH) {
    this.names = names;
    this.aloneFrom = aloneFrom;
  }

  /** Takes the next part of the text: one that is far smaller than the document. */
  push(text: string): void {
    if (this.isBroken) return;
    this.beginPart(text);
    let at = this.isInString ? this.endString(0) : 0;
    for (; at < text.length; at += 1) {
      switch (text.charCodeAt(at)) {
        case QUOTE:
          this.beginString(at);
          at = this.endString(at + 1) - 1;
          break;
        case OPEN_OBJECT:
          this.open(true, at);
          break;
        case OPEN_LIST:
          this.open(false, at);
          break;
        case CLOSE_OBJECT:
          this.close(true, at);
          break;
        case CLOSE_LIST:
          this.close(false, at);
          break;
        case COMMA:
          this.separate(at);
          break;
        case COLON:
          this.endName();
          break;
        default:
          if (this.depth < 2 && !isSpace(text.charCodeAt(at))) this.meet();
      }
      if (this.isBroken) return;
    }
    this.endPart();
  }

  /** @returns `undefined` for what is no whole object or list */
  end(): Outline | undefined {
    return this.state === 'after' ? { frame: this.frame.join(''), runs: this.runs } : undefined;
  }

  private get isBroken(): boolean {
    return this.state === 'broken';
  }

  private beginPart(text: string): void {
    this.text = text;
    this.frameFrom = 0;
    this.entryFrom = 0;
    this.runFrom = 0;
    this.runEnd = -1;
    this.runIndex = this.entryIndex;
    if (this.nameFrom >= 0) this.nameFrom = 0;
  }

  private endPart(): void {
    const { text } = this;
    if (this.nameFrom >= 0) this.addToName(text.slice(this.nameFrom));
    if (this.entryDepth > 0) {
      this.endRun();
      this.carried.push(text.slice(this.entryFrom));
      this.carriedLength += text.length - this.entryFrom;
    } else if (this.state !== 'after') this.frame.push(text.slice(this.frameFrom));
  }

  /** A number, a word, or anything else that stands bare. */
  private meet(): void {
    if (this.depth === 0) this.state = 'broken';
    this.isValueNext = false;
  }

  private beginString(at: number): void {
    this.isInString = true;
    this.slashes = 0;
    if (this.depth === 1 && this.isObject && this.isNameNext) {
      this.nameFrom = at + 1;
      this.name = '';
    } else if (this.depth < 2) this.meet();
  }

  /** @returns the place after the quote that ends the string, or the end of the part when none does */
  private endString(from: number): number {
    const { text } = this;
    for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
      let slashes = 0;
      while (at - slashes > from && text.charCodeAt(at - slashes - 1) === BACKSLASH) slashes += 1;
      if (at - slashes === from) slashes += this.slashes;
      if (slashes % 2 !== 0) continue;
      this.isInString = false;
      if (this.nameFrom >= 0) {
        this.addToName(text.slice(this.nameFrom, at));
        this.nameFrom = -1;
      }
      return at + 1;
    }
    let slashes = 0;
    while (text.length - slashes > from && text.charCodeAt(text.length - slashes - 1) === BACKSLASH) slashes += 1;
    this.slashes = text.length - slashes === from ? this.slashes + slashes : slashes;
    return text.length;
  }

  private addToName(piece: string): void {
    if (this.name !== undefined) this.name = this.name.length + piece.length > MAX_NAME ? undefined : this.name + piece;
  }

  private open(isObject: boolean, at: number): void {
    this.depth += 1;
    if (this.depth === 1) {
      if (this.state === 'after') this.state = 'broken';
      else this.state = 'within';
      this.isObject = isObject;
      this.isNameNext = isObject;
      if (!isObject) this.openList(undefined, at);
      return;
    }
    if (this.depth > 2) return;
    const isList = this.isObject && this.isValueNext && !isObject;
    this.isValueNext = false;
    if (isList && this.name !== undefined && this.names.has(this.name)) this.openList(this.name, at);
  }

  private openList(name: string | undefined, at: number): void {
    this.entryDepth = this.depth;
    this.listName = name;
    this.runs = this.runs.filter(({ listName }) => listName !== name); // of a name that stands twice, the last counts
    this.frame.push(this.text.slice(this.frameFrom, at + 1));
    this.entryIndex = 0;
    this.runIndex = 0;
    this.entryFrom = at + 1;
    this.runFrom = at + 1;
  }

  private close(isObject: boolean, at: number): void {
    if (this.depth === 0) {
      this.state = 'broken';
      return;
    }
    if (this.depth === this.entryDepth) {
      if (isObject) {
        this.state = 'broken';
        return;
      }
      if (!this.isBlankEntry(at)) this.endEntry(at);
      this.endRun();
      this.carried = [];
      this.carriedLength = 0;
      this.entryDepth = 0;
      this.frameFrom = at;
    }
    this.depth -= 1;
    if (this.depth > 0) return;
    this.state = isObject === this.isObject ? 'after' : 'broken';
    this.frame.push(this.text.slice(this.frameFrom, at + 1));
  }

  private endName(): void {
    if (this.depth === 0) this.state = 'broken';
    if (this.depth !== 1) return;
    this.isNameNext = false;
    this.isValueNext = true;
  }

  private separate(at: number): void {
    if (this.depth === 0) this.state = 'broken';
    else if (this.depth === this.entryDepth) this.endEntry(at);
    else if (this.depth === 1) this.isNameNext = true;
  }

  private isBlankEntry(at: number): boolean {
    return [...this.carried, this.text.slice(this.entryFrom, at)].every((part) => part.trim() === '');
  }

  private endEntry(at: number): void {
    if (this.runEnd < 0 && this.carriedLength + at - this.entryFrom >= this.aloneFrom) {
      this.addRun([...this.carried, this.text.slice(this.entryFrom, at)], this.entryIndex, true);
      this.runFrom = at + 1;
      this.runIndex = this.entryIndex + 1;
    } else this.runEnd = at;
    this.entryIndex += 1;
    this.entryFrom = at + 1;
  }

  /** What ended in this part, as one run. */
  private endRun(): void {
    if (this.runEnd < 0) return;
    this.addRun([this.carried.join('') + this.text.slice(this.runFrom, this.runEnd)], this.runIndex, false);
    this.runEnd = -1;
  }

  private addRun(texts: readonly string[], first: number, isLarge: boolean): void {
    this.runs.push({ listName: this.listName, first, texts, isLarge });
    this.carried = [];
    this.carriedLength = 0;
  }
}
