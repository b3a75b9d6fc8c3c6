'use client';
import { useMemo } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { Detail } from '../../model/detail.ts';
import type { Span } from '../../model/span.ts';
import { ContentGate } from './ContentGate.tsx';
import { JsonViewer } from './JsonViewer.tsx';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';

/** The whole span as JSON: its facts by the names of the model, and its content. */
export function SpanInspectorJson() {
  const { span } = useSpanInspectorContext();
  if (!span) return null;
  return <ContentGate>{(detail) => <Whole span={span} detail={detail} />}</ContentGate>;
}

function Whole({ span, detail }: { readonly span: Span; readonly detail: Detail }) {
  const { messages } = useMonitorContext();
  const value = useMemo(() => {
    const { key: _key, revision: _revision, detail: _inline, detailRefs: _refs, ...facts } = span;
    // flags of the tree that say nothing are left out
    const known = Object.fromEntries(Object.entries(facts).filter(([, one]) => one !== undefined && one !== false));
    return { ...known, detail };
  }, [span, detail]);
  return <JsonViewer value={value} label={messages.inspector.jsonTree} />;
}
