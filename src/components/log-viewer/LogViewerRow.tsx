'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { spanKeyOf } from '../../model/ids.ts';
import type { LogLine } from '../../model/log.ts';
import { Button } from '../internals/Button.tsx';
import { RedactedChip } from '../internals/RedactedChip.tsx';
import { TimeText } from '../internals/TimeText.tsx';
import { logTextOf } from './logText.ts';

export interface LogViewerRowProps {
  readonly line: LogLine;
  /** `undefined`: on its way. `null`: there is none, or it must not be read. */
  readonly message: unknown;
  readonly isOpen: boolean;
  readonly isMatch: boolean;
  readonly isCurrent: boolean;
  readonly onToggle: () => void;
}

/** One line: time, level, source, text. Sets `data-level`, `data-match`, `data-current`, `data-open`. */
export function LogViewerRow({ line, message, isOpen, isMatch, isCurrent, onToggle }: LogViewerRowProps) {
  const { messages, format } = useMonitorContext();
  const words = messages.history;
  return (
    <div
      className="sl-log-viewer__line"
      data-level={line.level}
      data-match={isMatch ? '' : undefined}
      data-current={isCurrent ? '' : undefined}
      data-open={isOpen ? '' : undefined}
    >
      <button type="button" className="sl-log-viewer__head" aria-expanded={isOpen} tabIndex={-1} onClick={onToggle}>
        <span className="sl-log-viewer__time">
          <TimeText atMs={line.atMs} text={format.clockTime(line.atMs)} />
        </span>
        <span className="sl-log-viewer__level">{words.level[line.level]}</span>
        <bdi className="sl-log-viewer__source">{line.sourceName ?? ''}</bdi>
        <span className="sl-log-viewer__text">
          <LineText line={line} message={message} />
        </span>
      </button>
      {isOpen ? <LineFields line={line} /> : null}
    </div>
  );
}

function LineText({ line, message }: Pick<LogViewerRowProps, 'line' | 'message'>) {
  const { messages, format } = useMonitorContext();
  if (message === undefined) return <span className="sl-log-viewer__waiting">{messages.common.loading}</span>;
  if (message !== null) return <bdi>{logTextOf(message)}</bdi>;
  const ref = line.detailRefs?.message;
  if (ref) return <RedactedChip what={messages.history.lineHidden(format.bytes(ref.sizeBytes))} />;
  return <span className="sl-log-viewer__waiting">{messages.history.noText}</span>;
}

/** What else there is to a line: where it comes from. */
function LineFields({ line: { runId, spanId, atMs } }: { readonly line: LogLine }) {
  const { messages, format, select, navigate } = useMonitorContext();
  const open = () => {
    if (runId === undefined) return;
    if (spanId === undefined) {
      select({ runId });
      navigate({ to: 'run', runId });
      return;
    }
    const spanKey = spanKeyOf(runId, spanId);
    select({ runId, spanKey });
    navigate({ to: 'span', runId, spanKey });
  };
  return (
    <div className="sl-log-viewer__fields">
      <span className="sl-num">{format.fullTime(atMs)}</span>
      {runId === undefined ? null : (
        <>
          <bdi className="sl-mono">{runId}</bdi>
          <Button size="s" variant="ghost" onClick={open}>
            {spanId === undefined ? messages.history.openRun : messages.history.openSpan}
          </Button>
        </>
      )}
    </div>
  );
}
