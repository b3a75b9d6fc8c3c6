'use client';
import { useEffect, useState } from 'react';
import type { TraceFileState } from '../../hooks/internals/traceFileSession.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { InputIssue } from '../../model/errors.ts';
import { Banner } from '../internals/Banner.tsx';
import { Button } from '../internals/Button.tsx';
import { useCssVars } from '../internals/useCssVars.ts';
import { useFileDropContext } from './FileDropContext.ts';

/** How the file stands: progress and Cancel, what is shown and what was not read, or why nothing is shown. Sets `--sl-w` on the bar. */
export function FileDropStatus() {
  const { state } = useFileDropContext();
  switch (state.phase) {
    case 'idle':
      return null;
    case 'reading':
      return <Reading state={state} />;
    case 'open':
      return <Opened state={state} />;
    case 'failed':
      return <Failed state={state} />;
  }
}

type StateOf<Phase extends TraceFileState['phase']> = Extract<TraceFileState, { phase: Phase }>;

function Reading({ state }: { readonly state: StateOf<'reading'> }) {
  const { messages, format } = useMonitorContext();
  const { close } = useFileDropContext();
  const { name, sizeBytes, readBytes, eventCount } = state;
  const share = sizeBytes === 0 ? 0 : readBytes / sizeBytes;
  const ref = useCssVars({ '--sl-w': share });
  const words = messages.file;
  return (
    <Banner
      icon="running"
      title={words.reading(name || words.aFile)}
      actions={
        <Button size="s" onClick={close}>
          {words.cancel}
        </Button>
      }
    >
      <span
        role="progressbar"
        aria-label={words.reading(name || words.aFile)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        className="sl-file-drop__progress"
      >
        <span ref={ref} className="sl-file-drop__progress-bar" />
      </span>{' '}
      <span className="sl-num">{words.progress(`${Math.floor(share * 100)}%`, format.exactCount(eventCount))}</span>
    </Banner>
  );
}

function Opened({ state }: { readonly state: StateOf<'open'> }) {
  const { messages, format, announce } = useMonitorContext();
  const { close } = useFileDropContext();
  const words = messages.file;
  const { name, format: kind, eventCount, issueCount, issues, wasParsedAtOnce } = state;
  const title = words.opened(name || words.aFile);
  useEffect(() => announce(title, 'polite'), [announce, title]);
  return (
    <>
      <Banner
        icon="file"
        title={title}
        actions={
          <>
            <Button size="s" icon="close" onClick={close}>
              {words.close}
            </Button>
          </>
        }
      >
        {words.events(kind, format.exactCount(eventCount))}
        {wasParsedAtOnce ? `. ${words.parsedAtOnce}` : ''}
      </Banner>
      {issueCount > 0 ? <Issues issues={issues} count={issueCount} /> : null}
    </>
  );
}

/** What was not read, counted; opens the list of it. */
function Issues({ issues, count }: { readonly issues: readonly InputIssue[]; readonly count: number }) {
  const { messages, format } = useMonitorContext();
  const [isOpen, setIsOpen] = useState(false);
  const words = messages.file;
  return (
    <details className="sl-file-drop__issues" open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="sl-link">{words.issues(format.exactCount(count))}</summary>
      <ul className="sl-file-drop__issue-list" aria-label={words.issuesTitle}>
        {(isOpen ? issues : []).map((issue, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={at} className="sl-file-drop__issue">
            <bdi className="sl-mono">{issue.path}</bdi> {issue.reason}
          </li>
        ))}
      </ul>
      {count > issues.length ? <p>{words.moreIssues(format.exactCount(count - issues.length))}</p> : null}
    </details>
  );
}

function Failed({ state }: { readonly state: StateOf<'failed'> }) {
  const { messages, announce } = useMonitorContext();
  const { close } = useFileDropContext();
  const words = messages.file;
  const name = state.name || words.aFile;
  const { fault } = state;
  const [title, body] =
    fault.kind === 'unknown'
      ? [words.unknownTitle(name), words.tried(fault.tried.join(', '))]
      : fault.kind === 'not-a-trace'
        ? [words.notATraceTitle(name), words.notATrace(fault.what)]
        : fault.kind === 'empty'
          ? [words.emptyTitle(name), words.empty]
          : [words.unreadableTitle(name), words.unreadable];
  useEffect(() => announce(title, 'polite'), [announce, title]);
  return (
    <Banner
      tone="err"
      icon="error"
      title={title}
      actions={
        <Button size="s" onClick={close}>
          {messages.common.close}
        </Button>
      }
    >
      {body}
    </Banner>
  );
}
