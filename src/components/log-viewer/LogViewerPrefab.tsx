'use client';
import type { ReactNode } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { PanelBody, PanelHead, PanelNote, PanelRoot, type PanelRootProps, PanelTitle } from '../internals/Panel.tsx';
import { useAsOf } from '../internals/useAsOf.ts';
import * as LogViewer from './index.parts.ts';
import { useLogViewerContext } from './LogViewerContext.ts';

export interface LogViewerPrefabProps extends Pick<LogViewer.RootProps, 'runId' | 'spanId' | 'defaultFromLevel'> {
  readonly className?: PanelRootProps['className'];
  /** In place of "Log". */
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
}

/** The log in a panel: live, and as far back as somebody asks. */
export function LogViewerPrefab({ className, title, actions, ...rootProps }: LogViewerPrefabProps) {
  const { messages } = useMonitorContext();
  return (
    <PanelRoot className={className}>
      <LogViewer.Root {...rootProps}>
        <PanelHead className="sl-log-viewer__bar">
          <PanelTitle>{title ?? messages.history.logTitle}</PanelTitle>
          <LineCount />
          <LogViewer.Toolbar />
          {actions}
        </PanelHead>
        <PanelBody>
          <LogViewer.Lines />
        </PanelBody>
      </LogViewer.Root>
    </PanelRoot>
  );
}

function LineCount() {
  const { messages, format } = useMonitorContext();
  const { history } = useLogViewerContext();
  const asOf = useAsOf();
  const count = messages.history.logNote(format.exactCount(history.lines.length));
  return <PanelNote>{asOf === undefined ? count : `${count}, ${asOf}`}</PanelNote>;
}
