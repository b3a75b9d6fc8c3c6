export { SpanTreeAxis as Axis } from './SpanTreeAxis.tsx';
export { SpanTreeBarCell as BarCell, type SpanTreeBarCellState as BarCellState } from './SpanTreeBarCell.tsx';
export { SpanTreeBody as Body, type SpanTreeBodyProps as BodyProps } from './SpanTreeBody.tsx';
export { useSpanTreeContext as useContext, useSpanTreeRow as useRow } from './SpanTreeContext.ts';
export { SpanTreeCostCell as CostCell } from './SpanTreeCostCell.tsx';
export {
  SpanTreeDurationCell as DurationCell,
  type SpanTreeDurationCellState as DurationCellState,
} from './SpanTreeDurationCell.tsx';
export { SpanTreeEmpty as Empty } from './SpanTreeEmpty.tsx';
export { SpanTreeGapHatch as GapHatch } from './SpanTreeGapHatch.tsx';
export { SpanTreeGrid as Grid, type SpanTreeGridState as GridState } from './SpanTreeGrid.tsx';
export { SpanTreeHead as Head, type SpanTreeHeadProps as HeadProps } from './SpanTreeHead.tsx';
export { SpanTreeHelp as Help } from './SpanTreeHelp.tsx';
export { SpanTreeLegend as Legend } from './SpanTreeLegend.tsx';
export { SpanTreeMissing as Missing } from './SpanTreeMissing.tsx';
export { SpanTreeNameCell as NameCell, type SpanTreeNameCellState as NameCellState } from './SpanTreeNameCell.tsx';
export { SpanTreeNowLine as NowLine, type SpanTreeNowLineState as NowLineState } from './SpanTreeNowLine.tsx';
export { SpanTreeOverlay as Overlay } from './SpanTreeOverlay.tsx';
export {
  SpanTreeRoot as Root,
  type SpanTreeRootProps as RootProps,
  type SpanTreeRootState as RootState,
} from './SpanTreeRoot.tsx';
export {
  SpanTreeRow as Row,
  type SpanTreeRowProps as RowProps,
  type SpanTreeRowState as RowState,
} from './SpanTreeRow.tsx';
export { SpanTreeTicks as Ticks } from './SpanTreeTicks.tsx';
export { SpanTreeToolbar as Toolbar, type SpanTreeToolbarProps as ToolbarProps } from './SpanTreeToolbar.tsx';
