'use client';
import type { ReactNode } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import {
  PanelActions,
  PanelBody,
  PanelHead,
  PanelNote,
  PanelRoot,
  type PanelRootProps,
  PanelTitle,
} from '../internals/Panel.tsx';
import * as CostCards from './index.parts.ts';

export interface CostCardsPrefabProps extends Pick<CostCards.RootProps, 'runId' | 'dimensions' | 'limit'> {
  readonly className?: PanelRootProps['className'];
  /** In place of "Cost". */
  readonly title?: ReactNode;
}

/** What the runs cost, in a panel: total, tabs by agent, model, tool and run, ranked bars that add up. */
export function CostCardsPrefab({ className, title, ...rootProps }: CostCardsPrefabProps) {
  const { messages } = useMonitorContext();
  return (
    <PanelRoot className={className}>
      <CostCards.Root {...rootProps}>
        <PanelHead>
          <PanelTitle>{title ?? messages.cost.title}</PanelTitle>
          <PanelNote>{rootProps.runId === undefined ? messages.cost.ofAllRuns : messages.cost.ofThisRun}</PanelNote>
          <PanelActions>
            <CostCards.Total />
          </PanelActions>
        </PanelHead>
        <PanelBody>
          <CostCards.Tabs>
            <CostCards.Empty>
              <CostCards.List />
            </CostCards.Empty>
          </CostCards.Tabs>
        </PanelBody>
        <CostCards.Notes />
      </CostCards.Root>
    </PanelRoot>
  );
}
