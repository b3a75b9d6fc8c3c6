const MAX_LENGTH = 200;

/** What changes from one time to the next, and what stands in its place. Bounded repeats only. */
const parts: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]{1,10}:\/\/[^\s"'<>]{1,2000}/gi, '{url}'],
  [/\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}\b/g, '{email}'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '{id}'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '{time}'],
  [/"[^"\n]{1,500}"|'[^'\n]{1,500}'|`[^`\n]{1,500}`/g, '{text}'],
  [/\b[a-z]{2,12}[_-][0-9a-z]{12,128}\b/gi, '{id}'],
  [/\b(?:0x)?(?=[a-f]*\d)[0-9a-f]{8,128}\b/gi, '{id}'],
  [/\d{1,40}(?:[.,]\d{1,40}){0,8}/g, '{n}'],
];

/**
 * A message with its changing parts taken out, so that the same fault is one group: `Order 4711 of "Mary" failed` becomes
 * `Order {n} of {text} failed`. What is left is still content.
 * @returns `undefined` for an empty message
 */
function errorTemplateOf(message: string): string | undefined {
  let template = message.slice(0, 2000).split('\n', 1)[0] ?? '';
  for (const [part, standIn] of parts) template = template.replace(part, standIn);
  template = template.replace(/\s+/g, ' ').trim();
  if (template === '') return undefined;
  return template.length > MAX_LENGTH ? `${template.slice(0, MAX_LENGTH)}…` : template;
}

/**
 * The template of what `detail.error` holds: producers send a text or an object.
 * @param show - what of it may be looked at
 */
export function templateOfError(error: unknown, show: (error: unknown) => unknown = same): string | undefined {
  const message = messageOf(error);
  if (message === undefined) return undefined;
  const shown = messageOf(show(typeof error === 'string' ? error : { message }));
  return shown === undefined ? undefined : errorTemplateOf(shown);
}

const same = (error: unknown) => error;

function messageOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return undefined;
  const { message } = error as { readonly message?: unknown };
  return typeof message === 'string' ? message : undefined;
}
