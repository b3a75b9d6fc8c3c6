import { type MonitorStore, type Span, type SpanKey, spanKeyOf } from 'spanlight/store';
import type { SpanTreeRow } from '../../../src/store/tree/index.ts';
import { runId } from './buildSpans.ts';

export type FlatRow = Pick<
  SpanTreeRow,
  'spanKey' | 'index' | 'level' | 'posInSet' | 'setSize' | 'hasChildren' | 'isExpanded'
>;

/** The rows as anybody would make them: walk the whole tree, leave out what is collapsed. The opponent of the index. */
export function flattenTree(store: MonitorStore, collapsed: ReadonlySet<SpanKey>, isLean: boolean): FlatRow[] {
  const { entities } = store.getView();
  const rows: FlatRow[] = [];
  const spanOf = (key: SpanKey) => entities.getSpan(key) as Span;
  const isHidden = (key: SpanKey) => {
    const { kind, isPlaceholder } = spanOf(key);
    return isLean && !isPlaceholder && (kind === 'task' || kind === 'turn');
  };
  const shown = (keys: readonly SpanKey[]): SpanKey[] =>
    keys.flatMap((key) => (isHidden(key) ? shown(childrenOf(key)) : [key]));
  const childrenOf = (key: SpanKey) => entities.childSpanIds(key).map((id) => spanKeyOf(runId, id));
  const walk = (keys: readonly SpanKey[], level: number) => {
    keys.forEach((key, at) => {
      const children = shown(childrenOf(key));
      const hasChildren = children.length > 0;
      const isExpanded = hasChildren && !collapsed.has(key);
      rows.push({
        spanKey: key,
        index: rows.length,
        level,
        posInSet: at + 1,
        setSize: keys.length,
        hasChildren,
        isExpanded,
      });
      if (isExpanded) walk(children, level + 1);
    });
  };
  walk(shown(entities.rootSpanIds(runId).map((id) => spanKeyOf(runId, id))), 1);
  return rows;
}
