'use client';
import { useMemo, useState } from 'react';
import { useLiveText } from '../../hooks/useLiveText.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorStore } from '../../hooks/useMonitorStore.ts';
import type { SpanKey } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import { type ContentMessage, type MessageToolCall, visibleName } from '../../store/content/index.ts';
import { selectCalledSpans } from '../../store/selectSpanPeers.ts';
import { EmptyState } from '../internals/EmptyState.tsx';
import { Icon } from '../internals/icons/Icon.tsx';
import { ContentBody, readContent } from './ContentBlock.tsx';
import { ContentGate } from './ContentGate.tsx';
import { LiveAnswer } from './LiveAnswer.tsx';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';
import { roleWord } from './spanWords.ts';

/** Messages that are in the page at once; earlier ones on request. */
const PAGE = 50;

/** The conversation of a model call: role and text of each message, its tool calls linked to their spans.
 * Sets `data-role`, `data-part` on each message. */
export function SpanInspectorMessages() {
  const { span } = useSpanInspectorContext();
  if (!span) return null;
  return (
    <ContentGate parts={['instructions', 'input', 'output']}>
      {() => <Conversation key={span.key} span={span} />}
    </ContentGate>
  );
}

function Conversation({ span }: { readonly span: Span }) {
  const { messages, format } = useMonitorContext();
  const { contentMessages: read } = useSpanInspectorContext();
  const words = messages.inspector;
  const live = useLiveText(span.key);
  const [shown, setShown] = useState(PAGE);
  const store = useMonitorStore();
  // Matched when the content came or the span changed: the spans of its calls follow within the run.
  const spanByCall = useMemo((): ReadonlyMap<MessageToolCall, SpanKey> => {
    const calls = read.filter((one) => one.part === 'output').flatMap((one) => one.toolCalls);
    const earlier = read.filter((one) => one.part === 'input').flatMap((one) => one.toolCalls);
    const state = store.getView();
    const byId = selectCalledSpans(
      state,
      span,
      earlier.filter((call) => call.callId !== undefined),
    );
    return new Map([...byId, ...selectCalledSpans(state, span, calls)] as [MessageToolCall, SpanKey][]);
  }, [store, span, read]);
  const nameByCallId = useMemo(
    () =>
      new Map(
        read.flatMap((one) =>
          one.toolCalls.flatMap((call) => (call.callId === undefined ? [] : [[call.callId, call.name] as const])),
        ),
      ),
    [read],
  );
  if (read.length === 0 && live === undefined)
    return (
      <EmptyState
        icon="llm"
        title={span.kind === 'llm' && span.status === 'running' ? words.noMessagesYet : words.noMessages}
        body={span.kind === 'llm' ? undefined : words.noMessagesBody}
      />
    );
  const hidden = Math.max(0, read.length - shown);
  const { usage } = span;
  return (
    <>
      {usage?.inputTokens === undefined && usage?.outputTokens === undefined ? null : (
        <p className="sl-span-inspector__note sl-num">
          {messages.common.tokensInOut(format.tokens(usage.inputTokens), format.tokens(usage.outputTokens))}
          {usage.cachedInputTokens ? ` · ${messages.common.tokensCached(format.tokens(usage.cachedInputTokens))}` : ''}
        </p>
      )}
      {hidden > 0 ? (
        <button type="button" className="sl-link" onClick={() => setShown(shown + PAGE)}>
          {words.earlier(format.exactCount(Math.min(PAGE, hidden)))}
        </button>
      ) : null}
      <ol className="sl-span-inspector__messages">
        {read.slice(hidden).map((message, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no id and never change their order
          <MessageItem key={hidden + at} message={message} spanByCall={spanByCall} nameByCallId={nameByCallId} />
        ))}
      </ol>
      {live === undefined ? null : <LiveAnswer text={live} />}
    </>
  );
}

interface MessageItemProps {
  readonly message: ContentMessage;
  readonly spanByCall: ReadonlyMap<MessageToolCall, SpanKey>;
  /** Names of the tools that were called, for the messages that answer them. */
  readonly nameByCallId: ReadonlyMap<string, string>;
}

function MessageItem({ message, spanByCall, nameByCallId }: MessageItemProps) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const { role, part, text, toolCalls, answers, attachments, isRefusal } = message;
  const content = useMemo(() => (text === undefined ? undefined : readContent(text, role !== 'tool')), [text, role]);
  const roleName = roleWord(role, words);
  const name = answers?.name ?? (answers?.callId === undefined ? undefined : nameByCallId.get(answers.callId));
  return (
    <li className="sl-span-inspector__message" data-role={role} data-part={part}>
      <div className="sl-span-inspector__label">
        <span className="sl-span-inspector__role">{part === 'instructions' ? words.part.instructions : roleName}</span>
        {name === undefined ? null : (
          <span className="sl-span-inspector__size sl-trunc">{words.answers(visibleName(name))}</span>
        )}
        {isRefusal ? <span className="sl-span-inspector__size">{words.refusal}</span> : null}
        {content ? <span className="sl-span-inspector__size">{format.bytes(content.fold.sizeBytes)}</span> : null}
      </div>
      {content ? <ContentBody content={content} name={roleName} /> : null}
      {toolCalls.map((call, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls of a message never change their order
        <ToolCall key={at} call={call} spanKey={spanByCall.get(call)} />
      ))}
      {attachments.map((attachment, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: attachments of a message never change their order
        <span key={at} className="sl-span-inspector__attachment">
          {words.attachment(
            visibleName(attachment.kind),
            [
              attachment.mediaType === undefined ? '' : visibleName(attachment.mediaType),
              attachment.sizeBytes === undefined ? '' : format.bytes(attachment.sizeBytes),
            ]
              .filter(Boolean)
              .join(', '),
          )}
        </span>
      ))}
    </li>
  );
}

/** A call that the model asked for, with the way to its span. */
function ToolCall({ call, spanKey }: { readonly call: MessageToolCall; readonly spanKey: SpanKey | undefined }) {
  const { messages } = useMonitorContext();
  const { openSpan } = useSpanInspectorContext();
  const words = messages.inspector;
  const content = useMemo(
    () => (call.arguments === undefined ? undefined : readContent(call.arguments, false)),
    [call.arguments],
  );
  const name = visibleName(call.name);
  const title = (
    <>
      <Icon name="tool" size="s" />
      <bdi className="sl-span-inspector__bdi">{name}</bdi>
    </>
  );
  return (
    <div className="sl-span-inspector__call">
      <div className="sl-span-inspector__label">
        {spanKey === undefined ? (
          <span className="sl-span-inspector__call-name">{title}</span>
        ) : (
          <button
            type="button"
            className="sl-link sl-span-inspector__call-name"
            aria-label={words.openCall(name)}
            onClick={() => openSpan(spanKey)}
          >
            {title}
          </button>
        )}
      </div>
      {content ? <ContentBody content={content} name={name} /> : null}
    </div>
  );
}
