import { defaultMessages, type MessageOverrides, type Messages } from './index.ts';

/** The English words with a host's own in their place. Tables of words (kinds, statuses) are merged word by word. */
export function mergeMessages(overrides: MessageOverrides | undefined): Messages {
  if (!overrides) return defaultMessages;
  const merged: Record<string, Record<string, unknown>> = { ...defaultMessages };
  for (const [area, words] of Object.entries(overrides)) {
    const known = merged[area];
    if (!known || !words) continue;
    const own = { ...known };
    for (const [name, word] of Object.entries(words as Record<string, unknown>)) {
      if (word === undefined) continue;
      own[name] = isTable(word) && isTable(own[name]) ? { ...own[name], ...word } : word;
    }
    merged[area] = own;
  }
  return merged as unknown as Messages;
}

const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
