import type { LiveNews, News } from './FanOut.ts';

/** What one relay tells the others. `n` counts up and `at` is when it was said, so that a message which is played again is known. */
export type NewsMessage = {
  readonly v: 1;
  readonly relay: string;
  readonly n: number;
  /** By the clock of who said it, epoch ms. */
  readonly at: number;
} & ({ readonly news: News } | { readonly live: LiveNews });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** @returns `undefined` for anything that is no message of this version: a newer relay may write others */
export function parseNewsMessage(text: string): NewsMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['v'] !== 1 || typeof value['relay'] !== 'string') return undefined;
  if (!isCount(value['n']) || !isCount(value['at'])) return undefined;
  const { news, live } = value;
  const isRead = news !== undefined ? isNews(news) : isLive(live);
  return isRead ? (value as unknown as NewsMessage) : undefined;
}

/** Events only count when they are all of the range, in its order: anything else is a wake-up with a fault. */
function isNews(news: unknown): boolean {
  if (!isRecord(news) || typeof news['project'] !== 'string' || typeof news['epoch'] !== 'string') return false;
  const { from, to, events } = news;
  if (!isCount(from) || !isCount(to) || to <= from) return false;
  if (events === undefined) return true;
  return (
    Array.isArray(events) &&
    events.length === to - from &&
    events.every((event, index) => isRecord(event) && event['seq'] === from + 1 + index)
  );
}

const isLive = (live: unknown): boolean =>
  isRecord(live) &&
  typeof live['project'] === 'string' &&
  Array.isArray(live['texts']) &&
  live['texts'].every(isRecord);
