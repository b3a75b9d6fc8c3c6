export { CostCardsLine as Line, CostCardsList as List } from './CostCardsList.tsx';
export { CostCardsEmpty as Empty, CostCardsNotes as Notes } from './CostCardsNotes.tsx';
export { CostCardsRoot as Root, type CostCardsRootProps as RootProps } from './CostCardsRoot.tsx';
export { CostCardsTabs as Tabs } from './CostCardsTabs.tsx';
export { CostCardsTotal as Total } from './CostCardsTotal.tsx';
