'use client';
import { useLiveText } from '../../hooks/useLiveText.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { Detail } from '../../model/detail.ts';
import type { Span } from '../../model/span.ts';
import type { ContentMessage } from '../../store/content/index.ts';
import { ApprovalNote } from './ApprovalNote.tsx';
import { ContentBlock } from './ContentBlock.tsx';
import { ContentGate } from './ContentGate.tsx';
import { ErrorDetails, ErrorNote } from './ErrorNote.tsx';
import { LiveAnswer } from './LiveAnswer.tsx';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';
import { SpanNotes } from './SpanNotes.tsx';
import { noResultReason, roleWord } from './spanWords.ts';

/** What went wrong first; then what the span was given and what came of it. */
export function SpanInspectorDetail() {
  const { span } = useSpanInspectorContext();
  if (!span) return null;
  return (
    <>
      <SpanNotes span={span} />
      <ApprovalNote span={span} />
      <ErrorNote span={span} />
      <ContentGate>{(detail) => <Content span={span} detail={detail} />}</ContentGate>
    </>
  );
}

function Content({ span, detail }: { readonly span: Span; readonly detail: Detail }) {
  const { messages } = useMonitorContext();
  const words = messages.inspector;
  const { arguments: given = detail.input, output } = detail;
  const isTool = span.kind === 'tool';
  const isPerson = span.kind === 'approval';
  if (span.kind === 'llm') return <ModelCall span={span} detail={detail} />;
  const hasResult = isTool || span.kind === 'retrieval' || output !== undefined;
  const inputName = isTool || isPerson ? words.part.arguments : words.part.input;
  return (
    <>
      {given === undefined ? null : <ContentBlock label={inputName} name={inputName} value={given} />}
      {detail.reason === undefined ? null : (
        <ContentBlock label={words.part.reason} name={words.part.reason} value={detail.reason} isText />
      )}
      {hasResult ? <Result span={span} value={output} name={isTool ? words.result : words.part.output} /> : null}
      {hasResult || isPerson || given !== undefined ? null : (
        <p className="sl-span-inspector__note">{emptyNote(span, words)}</p>
      )}
      <ErrorDetails detail={detail} />
    </>
  );
}

const emptyNote = (
  span: Span,
  words: { readonly noResult: { readonly notRecorded: string }; readonly noMessagesBody: string },
) =>
  span.kind === 'agent' || span.kind === 'task' || span.kind === 'turn'
    ? words.noMessagesBody
    : words.noResult.notRecorded;

function Result({ span, value, name }: { readonly span: Span; readonly value: unknown; readonly name: string }) {
  const { messages } = useMonitorContext();
  if (value !== undefined && value !== '') return <ContentBlock label={name} name={name} value={value} />;
  return (
    <section className="sl-span-inspector__block">
      <div className="sl-span-inspector__label">
        <span className="sl-span-inspector__label-text">{name}</span>
      </div>
      <p className="sl-span-inspector__note">{noResultReason(span, messages.inspector)}</p>
    </section>
  );
}

/** A model call in short: what was asked last, and the answer. The whole conversation is a tab away. */
function ModelCall({ span, detail }: { readonly span: Span; readonly detail: Detail }) {
  const { messages, format } = useMonitorContext();
  const { contentMessages: read, setTab } = useSpanInspectorContext();
  const words = messages.inspector;
  const live = useLiveText(span.key);
  const asked = read.filter((message) => message.part === 'input');
  const last = asked.at(-1);
  const answers = read.filter((message) => message.part === 'output');
  const text = answers
    .filter((message) => message.role !== 'reasoning')
    .map(answerText)
    .filter(Boolean)
    .join('\n');
  return (
    <>
      {last === undefined ? (
        detail.input === undefined ? null : (
          <ContentBlock label={words.part.input} name={words.part.input} value={detail.input} />
        )
      ) : (
        <ContentBlock
          label={
            <>
              {roleWord(last.role, words)}{' '}
              <button type="button" className="sl-link" onClick={() => setTab('messages')}>
                {words.counted('messages', read.length, format.exactCount(read.length))}
              </button>
            </>
          }
          name={words.part.input}
          value={answerText(last)}
          isText={last.role !== 'tool'}
        />
      )}
      {live === undefined ? (
        <Result span={span} value={answers.length > 0 ? text : detail.output} name={words.answer} />
      ) : (
        <LiveAnswer text={live} />
      )}
      <ErrorDetails detail={detail} />
    </>
  );
}

const answerText = (message: ContentMessage): string =>
  [message.text ?? '', ...message.toolCalls.map((call) => `${call.name}(${textOf(call.arguments)})`)]
    .filter(Boolean)
    .join('\n');
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : (JSON.stringify(value) ?? '');
