import { childCount, childKeys, childOf, type JsonKind, jsonKindOf, leafText } from './jsonShape.ts';

/** Deeper containers start collapsed. */
const OPEN_DEPTH = 2;
/** Containers with more keys start collapsed. */
const OPEN_KEYS = 50;
/** Longer strings start folded. */
const FOLD_CHARS = 300;
/** Children that are listed at once; more come on request. */
const PAGE_SIZE = 1000;
/** Values that a search looks at, at most. */
const SEARCH_LIMIT = 200_000;
const MATCH_LIMIT = 1000;

/** One line of the tree. */
export interface JsonRow {
  /** Path as a JSON pointer (RFC 6901); the root is empty. */
  readonly pointer: string;
  /** As people write it: `args.order.items[0]`. */
  readonly path: string;
  readonly depth: number;
  /** Key or index; `undefined` for the root. */
  readonly key: string | undefined;
  readonly isIndex: boolean;
  /** `more`: stands for children that are not listed yet. */
  readonly kind: JsonKind | 'more';
  /** Value of a leaf, folded where it is long; empty for a container. */
  readonly text: string;
  readonly value: unknown;
  /** Keys or items of a container; for `more` those that are left. */
  readonly childCount: number;
  readonly isExpandable: boolean;
  readonly isExpanded: boolean;
  /** Place among its siblings, from 1, and how many there are. */
  readonly posInSet: number;
  readonly setSize: number;
}

/** What somebody opened and closed, by pointer. */
export interface JsonView {
  readonly isExpanded: ReadonlyMap<string, boolean>;
  /** Children listed, in pages. */
  readonly pages: ReadonlyMap<string, number>;
}
export const untouchedJsonView: JsonView = { isExpanded: new Map(), pages: new Map() };

/** The lines in sight, top to bottom. O(lines). */
export function readJsonRows(value: unknown, view: JsonView): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const open: {
    value: unknown;
    key: string | undefined;
    isIndex: boolean;
    pointer: string;
    path: string;
    depth: number;
    pos: number;
    size: number;
    more?: number;
  }[] = [{ value, key: undefined, isIndex: false, pointer: '', path: '', depth: 0, pos: 1, size: 1 }];
  for (let at = open.pop(); at; at = open.pop()) {
    const { pointer, path, depth, key, isIndex } = at;
    const common = { pointer, path, depth, key, isIndex, value: at.value, posInSet: at.pos, setSize: at.size };
    if (at.more !== undefined) {
      rows.push({ ...common, kind: 'more', text: '', childCount: at.more, isExpandable: false, isExpanded: false });
      continue;
    }
    const kind = jsonKindOf(at.value);
    const isContainer = kind === 'object' || kind === 'list';
    const count = isContainer ? childCount(at.value) : 0;
    const isLong = kind === 'string' && (at.value as string).length > FOLD_CHARS;
    const isExpandable = count > 0 || isLong;
    const isExpanded =
      isExpandable && (view.isExpanded.get(pointer) ?? (isContainer && depth < OPEN_DEPTH && count <= OPEN_KEYS));
    const text = isContainer ? '' : isLong && !isExpanded ? foldedText(at.value as string) : leafText(at.value);
    rows.push({ ...common, kind, text, childCount: count, isExpandable, isExpanded });
    if (!isExpanded || !isContainer) continue;
    const keys = childKeys(at.value);
    const shown = Math.min(count, (view.pages.get(pointer) ?? 1) * PAGE_SIZE);
    if (shown < count)
      open.push({
        value: undefined,
        key: undefined,
        isIndex: false,
        pointer,
        path,
        depth: depth + 1,
        pos: count,
        size: count,
        more: count - shown,
      });
    for (let child = shown - 1; child >= 0; child -= 1) {
      const name = keys[child] as string;
      open.push({
        value: childOf(at.value, name),
        key: name,
        isIndex: kind === 'list',
        pointer: pointerTo(pointer, name),
        path: pathTo(path, name, kind === 'list'),
        depth: depth + 1,
        pos: child + 1,
        size: count,
      });
    }
  }
  return rows;
}

const foldedText = (text: string) => `${JSON.stringify(text.slice(0, FOLD_CHARS)).slice(0, -1)}…`;

export interface JsonMatches {
  /** Pointers of the values whose key or text holds the words, in order. */
  readonly pointers: readonly string[];
  /** There is more than was looked at, or more than is listed. */
  readonly isPartial: boolean;
}

/** Finds text in keys and values, whatever is collapsed; case does not matter. O(values), at most 200,000. */
export function findInJson(value: unknown, query: string): JsonMatches {
  const wanted = query.toLowerCase();
  const pointers: string[] = [];
  if (wanted === '') return { pointers, isPartial: false };
  let looked = 0;
  const open: { value: unknown; key: string; pointer: string }[] = [{ value, key: '', pointer: '' }];
  for (let at = open.pop(); at; at = open.pop()) {
    looked += 1;
    if (looked > SEARCH_LIMIT || pointers.length >= MATCH_LIMIT) return { pointers, isPartial: true };
    const keys = childKeys(at.value);
    const text =
      keys.length > 0 || Array.isArray(at.value) ? '' : typeof at.value === 'string' ? at.value : leafText(at.value);
    if (at.key.toLowerCase().includes(wanted) || text.toLowerCase().includes(wanted)) pointers.push(at.pointer);
    for (let child = keys.length - 1; child >= 0; child -= 1) {
      const name = keys[child] as string;
      open.push({
        value: childOf(at.value, name),
        key: Array.isArray(at.value) ? '' : name,
        pointer: pointerTo(at.pointer, name),
      });
    }
  }
  return { pointers, isPartial: false };
}

/** The view with all open that leads to a value. */
export function revealJson(value: unknown, view: JsonView, pointer: string): JsonView {
  const isExpanded = new Map(view.isExpanded);
  const pages = new Map(view.pages);
  let above = '';
  let holder = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    isExpanded.set(above, true);
    const at = Array.isArray(holder) ? Number(name) : childKeys(holder).indexOf(name);
    pages.set(above, Math.max(pages.get(above) ?? 1, Math.floor(at / PAGE_SIZE) + 1));
    holder = childOf(holder, name);
    above = `${above}/${part}`;
  }
  return { isExpanded, pages };
}

const pointerTo = (above: string, key: string) => `${above}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function pathTo(above: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${above}[${key}]`;
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return above === '' ? key : `${above}.${key}`;
  return `${above}[${JSON.stringify(key)}]`;
}
