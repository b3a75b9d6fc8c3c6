export type CsvValue = string | number | boolean | undefined;

/** What a spreadsheet would take for a formula, also behind white space or in full width. */
const formulaStart = /^(?:[\s\p{Cc}\p{Cf}]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/u;
const control = /(?![\t\n\r])\p{Cc}/gu;
const needsQuotes = /[",\r\n]/;

/**
 * One cell. A text that a spreadsheet would run as a formula gets an apostrophe before it, which the spreadsheet shows as text;
 * numbers of ours stay numbers. Control characters but tab and line ends go.
 */
function cellOf(value: CsvValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = value.replace(control, '');
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return needsQuotes.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line of RFC 4180, with its end. */
export const csvLine = (values: readonly CsvValue[]): string => `${values.map(cellOf).join(',')}\r\n`;
