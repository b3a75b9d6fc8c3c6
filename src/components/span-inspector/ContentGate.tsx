'use client';
import type { ReactNode } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { Detail, DetailPart, DetailRef } from '../../model/detail.ts';
import { Button } from '../internals/Button.tsx';
import { RedactedChip } from '../internals/RedactedChip.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';

export interface ContentGateProps {
  /** What of the content this tab would show; chips stand for these while it is hidden. Default: all. */
  readonly parts?: readonly DetailPart[] | undefined;
  readonly children: (detail: Detail) => ReactNode;
}

/** Content when it is there; while it is not: loading, hidden for this role, or an error with a way to try again. */
export function ContentGate({ parts, children }: ContentGateProps) {
  const { messages } = useMonitorContext();
  const { detail } = useSpanInspectorContext();
  const words = messages.inspector;
  switch (detail.state) {
    case 'ready':
      return <>{children(detail.detail ?? {})}</>;
    case 'redacted':
      return <Redacted parts={parts} />;
    case 'error':
      return (
        <div className="sl-span-inspector__callout" data-tone="attn" role="group" aria-label={words.loadFailed}>
          <div className="sl-span-inspector__callout-text">
            <p className="sl-span-inspector__callout-title">{words.loadFailed}</p>
            <p className="sl-span-inspector__callout-body">{detail.errorCode}</p>
            <Button size="s" icon="retry" onClick={detail.reload}>
              {messages.common.retry}
            </Button>
          </div>
        </div>
      );
    case 'loading':
    case 'idle':
      return <Skeleton lines={5} />;
  }
}

/** What was removed, by kind and size; nothing of it is in the page. */
function Redacted({ parts }: Pick<ContentGateProps, 'parts'>) {
  const { messages } = useMonitorContext();
  const { detail, onRequestAccess } = useSpanInspectorContext();
  const words = messages.inspector;
  const refs = Object.entries(detail.refs ?? {}) as [DetailPart, DetailRef][];
  const shown = refs.filter(([part]) => part !== 'error' && (parts === undefined || parts.includes(part)));
  return (
    <div className="sl-span-inspector__hidden">
      {shown.map(([part, ref]) => (
        <div key={part} className="sl-span-inspector__hidden-part">
          <span className="sl-span-inspector__label-text">{words.part[part]}</span>
          <RedactedPart detailRef={ref} />
        </div>
      ))}
      <p className="sl-span-inspector__note">{messages.common.hiddenBody}</p>
      {shown.length > 0 ? <p className="sl-span-inspector__note">{words.redactedFoot}</p> : null}
      {onRequestAccess ? (
        <Button size="s" onClick={onRequestAccess}>
          {words.requestAccess}
        </Button>
      ) : null}
    </div>
  );
}

/** `3 messages, 2.1 kB`. */
export function RedactedPart({ detailRef }: { readonly detailRef: DetailRef }) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const { kind, count, sizeBytes } = detailRef;
  const counted = words.counted(kind, count, count === undefined ? '' : format.exactCount(count));
  return (
    <RedactedChip
      what={words.sized(counted, format.bytes(sizeBytes))}
      reason={messages.common.redactionReason['role']}
    />
  );
}
