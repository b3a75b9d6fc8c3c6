'use client';
import { forwardRef, useCallback, useMemo, useState } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useSpan } from '../../hooks/useSpan.ts';
import { useSpanDetail } from '../../hooks/useSpanDetail.ts';
import { useTopic } from '../../hooks/useTopic.ts';
import { type SpanKey, splitSpanKey } from '../../model/ids.ts';
import type { SpanKind } from '../../model/span.ts';
import { readMessages } from '../../store/content/readMessages.ts';
import { type ShownStatus, shownStatus } from '../internals/icons/shownStatus.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { SpanInspectorContext, type SpanInspectorContextValue, type SpanInspectorTab } from './SpanInspectorContext.ts';

export interface SpanInspectorRootState {
  readonly kind: SpanKind | undefined;
  readonly status: ShownStatus | undefined;
}

export interface SpanInspectorRootProps extends PartPropsOf<'div', SpanInspectorRootState> {
  /** In place of the selected span. */
  readonly spanKey?: SpanKey | undefined;
  readonly defaultTab?: SpanInspectorTab | undefined;
  /** Called when it is closed; the selection of the span is cleared before. */
  readonly onClose?: (() => void) | undefined;
  /** Adds "Request access" where content is hidden for this role. */
  readonly onRequestAccess?: (() => void) | undefined;
}

/** The span that is shown, for the parts inside it. Content is loaded when a span is opened. Sets `data-kind`, `data-status`. */
export const SpanInspectorRoot = forwardRef<HTMLDivElement, SpanInspectorRootProps>(
  function SpanInspectorRoot(props, ref) {
    const { spanKey: given, defaultTab = 'detail', onClose, onRequestAccess, children, ...partProps } = props;
    const { selection, select, navigate } = useMonitorContext();
    const spanKey = given ?? selection.spanKey;
    const span = useSpan(spanKey);
    const detail = useSpanDetail(spanKey);
    useTopic(spanKey === undefined ? undefined : `run:${splitSpanKey(spanKey).runId}`);
    const [tab, setTab] = useState<SpanInspectorTab>(defaultTab);
    const openSpan = useCallback(
      (key: SpanKey) => {
        const { runId } = splitSpanKey(key);
        select({ runId, spanKey: key });
        navigate({ to: 'span', runId, spanKey: key });
      },
      [select, navigate],
    );
    const { runId } = selection;
    const close = useCallback(() => {
      select({ runId });
      onClose?.();
    }, [select, runId, onClose]);
    const content = detail.detail;
    const contentMessages = useMemo(() => (content ? readMessages(content) : []), [content]);
    const value = useMemo<SpanInspectorContextValue>(
      () => ({ spanKey, span, detail, contentMessages, tab, setTab, openSpan, close, onRequestAccess }),
      [spanKey, span, detail, contentMessages, tab, openSpan, close, onRequestAccess],
    );
    const state: SpanInspectorRootState = { kind: span?.kind, status: span && shownStatus(span.status) };
    return useRenderPart('div', partProps, state, {
      ref,
      className: 'sl-span-inspector',
      children: <SpanInspectorContext.Provider value={value}>{children}</SpanInspectorContext.Provider>,
    });
  },
);
