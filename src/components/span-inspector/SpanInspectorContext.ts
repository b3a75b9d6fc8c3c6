'use client';
import { createContext, useContext } from 'react';
import type { SpanDetail } from '../../hooks/useSpanDetail.ts';
import { MonitorError } from '../../model/errors.ts';
import type { SpanKey } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import type { ContentMessage } from '../../store/content/readMessages.ts';

export const inspectorTabs = ['detail', 'messages', 'attributes', 'usage', 'json'] as const;
export type SpanInspectorTab = (typeof inspectorTabs)[number];

export interface SpanInspectorContextValue {
  readonly spanKey: SpanKey | undefined;
  readonly span: Span | undefined;
  readonly detail: SpanDetail;
  /** Messages of the content, read once. */
  readonly contentMessages: readonly ContentMessage[];
  readonly tab: SpanInspectorTab;
  readonly setTab: (tab: SpanInspectorTab) => void;
  /** Opens another span here. */
  readonly openSpan: (key: SpanKey) => void;
  readonly close: () => void;
  readonly onRequestAccess: (() => void) | undefined;
}

export const SpanInspectorContext = createContext<SpanInspectorContextValue | undefined>(undefined);

/** @throws {MonitorError} `components.no-span-inspector` outside of `SpanInspector.Root` */
export function useSpanInspectorContext(): SpanInspectorContextValue {
  const context = useContext(SpanInspectorContext);
  if (context) return context;
  throw new MonitorError('components.no-span-inspector', {
    happened: 'A part of SpanInspector was rendered outside of SpanInspector.Root.',
    follows: 'It does not know which span it shows.',
    todo: 'Put <SpanInspector.Root> around it.',
  });
}
