/** Reads a table by RFC 4180, as a spreadsheet does: rows of cells. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endRow = () => {
    row.push(cell);
    rows.push(row);
    row = [];
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"' && cell === '') isQuoted = true;
    else if (letter === ',') {
      row.push(cell);
      cell = '';
    } else if (letter === '\n' || letter === '\r') {
      endRow();
      if (letter === '\r' && text[at + 1] === '\n') at += 1;
    } else cell += letter;
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

/** What spreadsheets take for a formula or a command, also behind white space, signs nobody sees, or in full width. */
const FORMULA = /^(?:[\s\p{Cc}\p{Cf}\p{Z}]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/u;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

export const isFormula = (cell: string): boolean => FORMULA.test(cell) && !NUMBER.test(cell);
