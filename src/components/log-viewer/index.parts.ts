export { LogViewerLines as Lines } from './LogViewerLines.tsx';
export { LogViewerRoot as Root, type LogViewerRootProps as RootProps } from './LogViewerRoot.tsx';
export { LogViewerRow as Row, type LogViewerRowProps as RowProps } from './LogViewerRow.tsx';
export { LogViewerToolbar as Toolbar } from './LogViewerToolbar.tsx';
