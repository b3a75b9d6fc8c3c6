export { RunListEmpty as Empty } from './RunListEmpty.tsx';
export { RunListEvicted as Evicted } from './RunListEvicted.tsx';
export { RunListFilters as Filters } from './RunListFilters.tsx';
export { RunListGrid as Grid, type RunListGridProps as GridProps } from './RunListGrid.tsx';
export { RunListNewItems as NewItems } from './RunListNewItems.tsx';
export { RunListRoot as Root, type RunListRootProps as RootProps } from './RunListRoot.tsx';
export { RunListRow as Row, type RunListRowProps as RowProps } from './RunListRow.tsx';
export { RunListSearch as Search } from './RunListSearch.tsx';
export { RunListTabs as Tabs } from './RunListTabs.tsx';
