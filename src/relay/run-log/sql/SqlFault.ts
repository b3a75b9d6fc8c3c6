/** A database that did not do what it was asked. Only the code: a text could quote what was written. */
export class SqlFault extends Error {
  override readonly name = 'SqlFault';
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
