export { ErrorGroupsTable as Table, type ErrorGroupsTableProps as TableProps } from './ErrorGroupsTable.tsx';
export { TrendBars, type TrendBarsProps } from './TrendBars.tsx';
