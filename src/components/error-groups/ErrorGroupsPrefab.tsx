'use client';
import { type ReactNode, useState } from 'react';
import { useErrorGroups } from '../../hooks/useErrorGroups.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useNow } from '../../hooks/useNow.ts';
import type { ErrorHistoryQuery } from '../../model/history.ts';
import { Banner } from '../internals/Banner.tsx';
import { Button } from '../internals/Button.tsx';
import { EmptyState } from '../internals/EmptyState.tsx';
import {
  PanelBody,
  PanelFoot,
  PanelHead,
  PanelNote,
  PanelRoot,
  type PanelRootProps,
  PanelTitle,
} from '../internals/Panel.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { TabsList, TabsPanel, TabsRoot } from '../internals/Tabs.tsx';
import { ErrorGroupsTable } from './ErrorGroupsTable.tsx';

const HOUR_MS = 3_600_000;
const BUCKETS = 24;

export interface ErrorGroupsPrefabProps {
  /** How far back, ms. Default 24 h. */
  readonly rangeMs?: number | undefined;
  /** Only errors of these agents, tools, models, users or runs. */
  readonly query?: Omit<ErrorHistoryQuery, 'fromMs' | 'toMs' | 'order' | 'bucketMs'> | undefined;
  readonly className?: PanelRootProps['className'];
  /** In place of "Errors". */
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
}

/** The errors of a stretch of time in a panel, those that are alike in one row. */
export function ErrorGroupsPrefab({
  rangeMs = 24 * HOUR_MS,
  query,
  className,
  title,
  actions,
}: ErrorGroupsPrefabProps) {
  const { messages, format } = useMonitorContext();
  const words = messages.history;
  const [order, setOrder] = useState<'last' | 'count'>('last');
  // whole buckets: the question stays the same until the next one begins
  const bucketMs = Math.max(60_000, Math.ceil(rangeMs / BUCKETS));
  const nowMs = useNow(0.1);
  const toMs = (Math.floor(nowMs / bucketMs) + 1) * bucketMs;
  const fromMs = toMs - bucketMs * BUCKETS;
  const { state, answer, errorCode, reload } = useErrorGroups({
    ...query,
    fromMs: Math.max(0, fromMs),
    order,
    bucketMs,
  });

  const face = () => {
    if (state === 'unavailable') {
      return <EmptyState icon="info" title={words.unavailableTitle} body={words.unavailableBody} />;
    }
    if (!answer) return state === 'error' ? null : <Skeleton lines={6} shape="row" />;
    if (answer.groups.length === 0) return <EmptyState icon="ok" tone="ok" title={words.noErrors} />;
    return (
      <div className="sl-error-groups__scroll">
        <ErrorGroupsTable
          groups={answer.groups}
          fromMs={fromMs}
          toMs={toMs}
          bucketMs={bucketMs}
          newAfterMs={toMs - rangeMs / 12}
          isStale={state === 'error'}
        />
      </div>
    );
  };

  return (
    <PanelRoot className={className}>
      <PanelHead>
        <PanelTitle>{title ?? words.errorsTitle}</PanelTitle>
        {answer ? (
          <PanelNote>
            {words.errorsNote(format.exactCount(answer.groupCount), format.exactCount(answer.errorCount))}
          </PanelNote>
        ) : null}
        {actions}
      </PanelHead>
      <PanelBody>
        <TabsRoot value={order} onChange={setOrder}>
          <TabsList
            label={words.order}
            tabs={[
              { value: 'last', label: words.orderLast },
              { value: 'count', label: words.orderCount },
            ]}
          />
          <TabsPanel>
            {state === 'error' ? (
              <Banner
                tone="err"
                icon="error"
                title={words.errorsFailed(words.fault[errorCode ?? ''] ?? words.fault['history.unreachable'] ?? '')}
                actions={
                  <Button size="s" onClick={reload}>
                    {messages.common.retry}
                  </Button>
                }
              />
            ) : null}
            {face()}
          </TabsPanel>
        </TabsRoot>
      </PanelBody>
      {answer && answer.groupCount > answer.groups.length ? (
        <PanelFoot>
          {words.errorsShown(format.exactCount(answer.groups.length), format.exactCount(answer.groupCount))}
        </PanelFoot>
      ) : null}
    </PanelRoot>
  );
}
