/** What a part of the text completed. */
export interface NewLines {
  /** A long line, in the parts that it came in; it stands before the others. */
  readonly long: readonly string[] | undefined;
  readonly lines: readonly string[];
}

/** Lines of a text that comes part by part; a long one is never joined. */
export class LineSplitter {
  private rest: string[] = [];
  private restLength = 0;
  private readonly longFrom: number;

  /** @param longFrom - characters of a line that is given in parts; more than one part has */
  constructor(longFrom: number) {
    this.longFrom = longFrom;
  }

  /** What follows the last line end. */
  get isRestBlank(): boolean {
    return this.rest.every((text) => text.trim() === '');
  }

  push(text: string): NewLines {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    if (lines.length === 0) {
      this.keep(last);
      return { long: undefined, lines };
    }
    const isLong = this.restLength + (lines[0] ?? '').length >= this.longFrom;
    const first = [...this.rest, lines[0] ?? ''];
    this.rest = [];
    this.restLength = 0;
    this.keep(last);
    if (isLong) return { long: first, lines: lines.slice(1) };
    lines[0] = first.join('');
    return { long: undefined, lines };
  }

  /** The line that no line end follows. */
  end(): NewLines {
    const { rest, restLength } = this;
    this.rest = [];
    this.restLength = 0;
    return restLength >= this.longFrom ? { long: rest, lines: [] } : { long: undefined, lines: [rest.join('')] };
  }

  private keep(text: string): void {
    this.rest.push(text);
    this.restLength += text.length;
  }
}
