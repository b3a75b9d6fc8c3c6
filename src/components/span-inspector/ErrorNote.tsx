'use client';
import { useMemo } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorStore } from '../../hooks/useMonitorStore.ts';
import type { Detail, ErrorDetail } from '../../model/detail.ts';
import type { Span } from '../../model/span.ts';
import { visibleName } from '../../store/content/index.ts';
import { selectAttempts, selectSpanPeers } from '../../store/selectSpanPeers.ts';
import { Icon } from '../internals/icons/Icon.tsx';
import { tip } from '../internals/tip.ts';
import { ContentBlock } from './ContentBlock.tsx';
import { RedactedPart } from './ContentGate.tsx';
import { ContentText } from './ContentText.tsx';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';

const errorOf = (detail: Detail | undefined): ErrorDetail | undefined =>
  typeof detail?.error === 'object' && detail.error !== null ? (detail.error as ErrorDetail) : undefined;

/** Class and text of the error, other tries of the call, how many held spans failed the same way. */
export function ErrorNote({ span }: { readonly span: Span }) {
  const { messages, format } = useMonitorContext();
  const { detail, openSpan } = useSpanInspectorContext();
  const store = useMonitorStore();
  const words = messages.inspector;
  const { status, errorType, errorCode } = span;
  // Looked up when the span is opened or changes, not with every flush.
  const { alike, next } = useMemo(() => {
    if (span.status !== 'error') return { alike: 0, next: undefined };
    const state = store.getView();
    const following = selectAttempts(state, span).find((other) => (other.attempt ?? 0) > (span.attempt ?? 0));
    return { alike: selectSpanPeers(state, span).alikeErrors, next: following };
  }, [store, span]);
  const error = errorOf(detail.detail);
  const isTripped = span.kind === 'guardrail' && span.triggered === true;
  if (status !== 'error' && error === undefined && !isTripped) return null;
  const title = errorType ?? error?.type ?? errorCode ?? (isTripped ? words.tripped : words.failed);
  const message = error?.message ?? (isTripped ? words.trippedBody : undefined);
  const ref = detail.state === 'redacted' ? detail.refs?.error : undefined;
  return (
    <div className="sl-span-inspector__callout" data-tone="err" role="group" aria-label={visibleName(title)}>
      <span className="sl-status" data-status="error">
        <Icon name="error" />
      </span>
      <div className="sl-span-inspector__callout-text">
        <p className="sl-span-inspector__callout-title">
          <bdi>{visibleName(title)}</bdi>
          {errorCode !== undefined && errorCode !== title ? (
            <span className="sl-span-inspector__code-word">{visibleName(errorCode)}</span>
          ) : null}
        </p>
        {message === undefined ? null : (
          <p className="sl-span-inspector__callout-body">
            <bdi className="sl-span-inspector__bdi">
              <ContentText text={message} />
            </bdi>
          </p>
        )}
        {ref ? (
          <p className="sl-span-inspector__callout-body">
            <RedactedPart detailRef={ref} />
          </p>
        ) : null}
        {next || alike > 1 ? (
          <p className="sl-span-inspector__links">
            {next ? (
              <button type="button" className="sl-link sl-span-inspector__link" onClick={() => openSpan(next.key)}>
                <Icon name="retry" size="s" />
                {words.goToAttempt(format.count(next.attempt))}
              </button>
            ) : null}
            {alike > 1 ? <span {...tip(words.alikeHint)}>{words.alike(alike, format.count(alike))}</span> : null}
          </p>
        ) : null}
      </div>
    </div>
  );
}

/** Stack and data of the error, after what the span was given. */
export function ErrorDetails({ detail }: { readonly detail: Detail }) {
  const { messages } = useMonitorContext();
  const words = messages.inspector;
  const error = errorOf(detail);
  if (!error) return null;
  return (
    <>
      {error.data === undefined ? null : (
        <ContentBlock label={words.errorData} name={words.errorData} value={error.data} />
      )}
      {error.stack === undefined ? null : (
        <ContentBlock label={words.stack} name={words.stack} value={error.stack} isText />
      )}
    </>
  );
}
