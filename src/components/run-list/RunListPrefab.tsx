'use client';
import { type ReactNode, useState } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRunCounts } from '../../hooks/useRunCounts.ts';
import { IconButton } from '../internals/Button.tsx';
import {
  PanelActions,
  PanelBody,
  PanelHead,
  PanelNote,
  PanelRoot,
  type PanelRootProps,
  PanelTitle,
} from '../internals/Panel.tsx';
import * as RunList from './index.parts.ts';

/** Which runs, and what is shown of them. */
export interface RunListPrefabProps extends Pick<RunList.RootProps, 'defaultTab' | 'filter' | 'text' | 'onTextChange'> {
  readonly className?: PanelRootProps['className'];
  readonly classNames?: RunList.GridProps['classNames'];
  readonly renderRow?: RunList.GridProps['renderRow'];
  /** In place of "Runs". */
  readonly title?: ReactNode;
  /** Controls of the host, in the head. */
  readonly actions?: ReactNode;
}

/** The runs in a panel: tabs, search, and a list that holds still under the reader. */
export function RunListPrefab({ className, classNames, renderRow, title, actions, ...rootProps }: RunListPrefabProps) {
  const { messages, format } = useMonitorContext();
  const { all } = useRunCounts();
  const [isSearchOpen, setIsSearchOpen] = useState(false);
  return (
    <PanelRoot className={className}>
      <RunList.Root {...rootProps}>
        <PanelHead>
          <PanelTitle>{title ?? messages.runList.title}</PanelTitle>
          <PanelNote>{messages.runList.count(format.exactCount(all))}</PanelNote>
          <PanelActions>
            {actions}
            {rootProps.text === undefined ? (
              <IconButton
                icon="search"
                label={messages.runList.search}
                pressed={isSearchOpen}
                onClick={() => setIsSearchOpen((was) => !was)}
              />
            ) : null}
          </PanelActions>
        </PanelHead>
        {isSearchOpen ? (
          <>
            <RunList.Search isFocusedAtOnce />
            <RunList.Filters />
          </>
        ) : null}
        <PanelBody>
          <RunList.Tabs>
            <RunList.Empty>
              <RunList.Grid classNames={classNames} renderRow={renderRow} />
            </RunList.Empty>
          </RunList.Tabs>
        </PanelBody>
        <RunList.Evicted />
      </RunList.Root>
    </PanelRoot>
  );
}
