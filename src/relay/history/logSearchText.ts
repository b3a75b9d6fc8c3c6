/** Everything of a line that a text is looked for in, in lower case. @param message - content, only for who may read it */
export function logSearchText(sourceName: string | undefined, message: unknown): string {
  const text = message === undefined ? '' : typeof message === 'string' ? message : JSON.stringify(message);
  return `${sourceName ?? ''}\n${text}`.toLowerCase();
}
