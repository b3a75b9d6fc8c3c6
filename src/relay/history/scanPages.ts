import type { HistoryPosition, Page } from './RunHistory.ts';

/** Rows that one request looks through for those that match. */
const MAX_SCANNED = 4000;
/** What a page counts at least: one that is short was looked for in many. */
const MIN_PAGE = 500;

/**
 * A page of rows that match a condition which the history cannot be asked for: what is searched is what the reader sees. May be short,
 * or empty, and still have a next one: then so much was looked through without a match.
 */
export async function scanPages<Item, Shown>(
  ask: (after: HistoryPosition | undefined, limit: number) => Promise<Page<Item>>,
  show: (item: Item) => Shown | undefined,
  { after, limit }: { readonly after: HistoryPosition | undefined; readonly limit: number },
): Promise<Page<Shown>> {
  const found: Shown[] = [];
  let next = after;
  for (let scanned = 0; scanned < MAX_SCANNED; ) {
    const page = await ask(next, limit - found.length);
    scanned += Math.max(page.items.length, page.items.length < limit - found.length ? MIN_PAGE : 0);
    for (const item of page.items) {
      const shown = show(item);
      if (shown !== undefined) found.push(shown);
    }
    next = page.next;
    if (next === undefined || found.length >= limit) break;
  }
  return { items: found, next };
}
