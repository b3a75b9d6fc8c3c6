import { readFile } from 'node:fs/promises';
import { MonitorError } from '../../model/errors.ts';
import { type PriceTable, parsePriceTable } from '../../prices/priceTable.ts';

/** Reads the host's own prices. @throws {MonitorError} `settings.bad-prices-file`, which names the first faulty path */
export async function loadHostPrices(path: string): Promise<PriceTable> {
  const refuse = (fault: string, cause?: unknown) =>
    new MonitorError(
      'settings.bad-prices-file',
      {
        happened: `SPANLIGHT_PRICES=${path}: ${fault}.`,
        follows: 'The relay did not start, since it would have priced by other prices than yours.',
        todo: 'Make it JSON like {"models": {"my-model": {"input": 2.5, "output": 10}}}, US dollars per 1,000,000 tokens.',
      },
      { cause },
    );
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw refuse(`it cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown fault'})`, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse('it is no JSON');
  }
  const { table, issues } = parsePriceTable(json);
  const issue = issues[0];
  if (issue) throw refuse(`${issue.path}: ${issue.reason.replace(/\.$/, '')}`);
  return table;
}
