'use client';
import type { ReactNode } from 'react';
import { useGaps } from '../../hooks/useGaps.ts';
import { useIsStale } from '../../hooks/useIsStale.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRun } from '../../hooks/useRun.ts';
import type { Span } from '../../model/span.ts';
import { Icon } from '../internals/icons/Icon.tsx';
import type { IconName } from '../internals/icons/iconPaths.tsx';

/** What makes the span less sure than it looks: a dead line, events that are missing inside it. */
export function SpanNotes({ span }: { readonly span: Span }) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const isStale = useIsStale();
  const run = useRun(span.runId);
  const gaps = useGaps();
  const hasGap =
    span.startedAtMs !== undefined &&
    gaps.some((gap) => (span.startedAtMs ?? 0) < gap.toMs && (span.endedAtMs ?? Number.POSITIVE_INFINITY) > gap.fromMs);
  return (
    <>
      {isStale && run ? (
        <Note icon="clock" title={words.stale(format.shortTime(run.lastEventAtMs))}>
          {words.staleBody}
        </Note>
      ) : null}
      {hasGap ? <Note icon="gap" title={words.gap} /> : null}
    </>
  );
}

function Note({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="sl-span-inspector__callout" data-tone="attn">
      <Icon name={icon} />
      <div className="sl-span-inspector__callout-text">
        <p className="sl-span-inspector__callout-title">{title}</p>
        {children ? <p className="sl-span-inspector__callout-body">{children}</p> : null}
      </div>
    </div>
  );
}
