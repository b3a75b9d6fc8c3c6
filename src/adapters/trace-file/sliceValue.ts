import { isRecord } from '../looseRecord.ts';

/** Lists that a document wraps: a slice of the list in the same wrap is a document, too. */
const wraps = [
  'resourceSpans',
  'resource_spans',
  'resourceLogs',
  'resource_logs',
  'events',
  'data',
  'observations',
] as const;

/** A document as a list of pieces and the way to make a document out of some of them. */
export interface Sliceable {
  readonly pieces: readonly unknown[];
  readonly join: (pieces: readonly unknown[]) => unknown;
  /** The place in the document of what an adapter says of some pieces; `undefined`: it was told with the first of them. */
  readonly place: (path: string, first: number) => string | undefined;
}

/** @param list - path of the list that the pieces are of */
const placeWithin =
  (list: string): Sliceable['place'] =>
  (path, first) => {
    if (!path.startsWith(`${list}[`)) return first === 0 ? path : undefined;
    const end = path.indexOf(']');
    return `${list}[${first + Number(path.slice(list.length + 1, end))}${path.slice(end)}`;
  };

/** @returns the pieces of a parsed document that can be read apart; one piece where it cannot be cut */
export function sliceValue(value: unknown): Sliceable {
  if (Array.isArray(value)) return { pieces: value, join: (pieces) => pieces, place: placeWithin('') };
  if (isRecord(value)) {
    const lists = wraps.filter((name) => Array.isArray(value[name]));
    const [name] = lists;
    // with two lists side by side a piece would say the other twice
    if (name !== undefined && lists.length === 1)
      return {
        pieces: value[name] as readonly unknown[],
        join: (pieces) => ({ ...value, [name]: pieces }),
        place: placeWithin(name),
      };
  }
  return { pieces: [value], join: ([piece]) => piece, place: (path) => path };
}
