import { jsonText } from '../../store/content/index.ts';
import { visibleName } from '../../store/content/visibleText.ts';

// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const ansi = /\u001b\[[0-9;?]{0,20}[ -/]{0,4}[@-~]/g;

/** The text of a line as one line: colours of a terminal taken out, invisible characters named. @param message - any JSON value */
export function logTextOf(message: unknown): string {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return visibleName(text.replace(ansi, ''));
}

/** The whole text of a line, its line breaks kept. @param message - any JSON value */
export function logBlockOf(message: unknown): string {
  const text = jsonText(message).replace(ansi, '').replaceAll('\r\n', '\n');
  return text.split('\n').map(visibleName).join('\n');
}
