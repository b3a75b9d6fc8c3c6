'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';

/** The keys of the tree and what they do. */
export function SpanTreeHelp() {
  const { messages } = useMonitorContext();
  return (
    <dl className="sl-span-tree__keys">
      {messages.spanTree.keys.map(([keys, what]) => (
        <div key={keys} className="sl-span-tree__key-line">
          <dt className="sl-span-tree__key">{keys}</dt>
          <dd className="sl-span-tree__key-what">{what}</dd>
        </div>
      ))}
    </dl>
  );
}
