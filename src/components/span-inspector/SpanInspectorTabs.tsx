'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { TabsList, TabsPanel, TabsRoot } from '../internals/Tabs.tsx';
import { countAttributes } from './attributeRows.ts';
import { SpanInspectorAttributes } from './SpanInspectorAttributes.tsx';
import { inspectorTabs, type SpanInspectorTab, useSpanInspectorContext } from './SpanInspectorContext.ts';
import { SpanInspectorDetail } from './SpanInspectorDetail.tsx';
import { SpanInspectorJson } from './SpanInspectorJson.tsx';
import { SpanInspectorMessages } from './SpanInspectorMessages.tsx';
import { SpanInspectorUsage } from './SpanInspectorUsage.tsx';

/** Detail, messages, attributes, usage, JSON. Arrows select a tab at once; what was open stays open for the next span. */
export function SpanInspectorTabs() {
  const { messages, format } = useMonitorContext();
  const { span, spanKey, detail, contentMessages, tab, setTab } = useSpanInspectorContext();
  if (!span) return null;
  const words = messages.inspector;
  const counts: Partial<Record<SpanInspectorTab, number | undefined>> = {
    messages: span.kind === 'llm' ? contentMessages.length : undefined,
    attributes: detail.detail ? countAttributes(detail.detail) : detail.refs?.attributes?.count,
  };
  const tabs = inspectorTabs.map((value) => {
    const count = counts[value];
    return { value, label: words.tab[value], count: count === undefined ? undefined : format.count(count) };
  });
  return (
    <TabsRoot value={tab} onChange={setTab}>
      <TabsList label={words.tabs} tabs={tabs} />
      <TabsPanel key={spanKey} className="sl-span-inspector__body" isFocusable>
        <Content tab={tab} />
      </TabsPanel>
    </TabsRoot>
  );
}

function Content({ tab }: { readonly tab: SpanInspectorTab }) {
  switch (tab) {
    case 'detail':
      return <SpanInspectorDetail />;
    case 'messages':
      return <SpanInspectorMessages />;
    case 'attributes':
      return <SpanInspectorAttributes />;
    case 'usage':
      return <SpanInspectorUsage />;
    case 'json':
      return <SpanInspectorJson />;
  }
}
