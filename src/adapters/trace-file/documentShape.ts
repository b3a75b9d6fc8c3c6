import { itemLists, resourceLists, scopeLists } from '../otlp/index.ts';

/**
 * Where a document may be cut: the names of its lists whose slice, in the same wrap, is a document too, and what the entries of
 * each may be cut by in their turn. Nothing else is cut: part of a span's own list would be another span.
 */
export interface DocumentShape {
  readonly lists: ReadonlyMap<string, DocumentShape>;
  /** Of the entries, where the document is a list itself. */
  readonly entries?: DocumentShape | undefined;
}

const whole: DocumentShape = { lists: new Map() };

const listsOf = (names: readonly string[], entries: DocumentShape) => names.map((name) => [name, entries] as const);

const otlpLists = (['spans', 'logs'] as const).flatMap((signal) => {
  const scope: DocumentShape = { lists: new Map(listsOf(itemLists[signal], whole)) };
  const resource: DocumentShape = { lists: new Map(listsOf(scopeLists[signal], scope)) };
  return listsOf(resourceLists[signal], resource);
});

/** A trace of Langfuse with what was observed in it. */
const trace: DocumentShape = { lists: new Map(listsOf(['observations'], whole)) };
/** One document among others, e.g. a line or one body of many. */
const entry: DocumentShape = {
  lists: new Map([...otlpLists, ...listsOf(['data'], trace), ...listsOf(['observations'], whole)]),
};

export const documentShape: DocumentShape = {
  lists: new Map([...entry.lists, ...listsOf(['events'], whole)]),
  entries: entry,
};
