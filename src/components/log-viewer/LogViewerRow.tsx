'use client';
import { useCan } from '../../hooks/useCan.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { LogLine } from '../../model/log.ts';
import { RedactedChip } from '../internals/RedactedChip.tsx';
import { TimeText } from '../internals/TimeText.tsx';
import { LogViewerFields } from './LogViewerFields.tsx';
import { logTextOf } from './logText.ts';

/** A row shows the begin of a text; all of it stands among the fields. */
const ROW_CHARS = 2000;

export interface LogViewerRowProps {
  readonly line: LogLine;
  /** `undefined`: on its way. `null`: there is none, or it must not be read. */
  readonly message: unknown;
  readonly isOpen: boolean;
  readonly isMatch: boolean;
  readonly isCurrent: boolean;
  /** The line that Tab comes to. */
  readonly isTabStop?: boolean | undefined;
  readonly onToggle: () => void;
}

/** One line: time, level, source, text. Sets `data-level`, `data-match`, `data-current`, `data-open`. */
export function LogViewerRow({
  line,
  message,
  isOpen,
  isMatch,
  isCurrent,
  isTabStop = false,
  onToggle,
}: LogViewerRowProps) {
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
      <button
        type="button"
        className="sl-log-viewer__head"
        aria-expanded={isOpen}
        tabIndex={isTabStop ? 0 : -1}
        onClick={onToggle}
      >
        <span className="sl-log-viewer__time">
          <TimeText atMs={line.atMs} text={format.clockTime(line.atMs)} />
        </span>
        <span className="sl-log-viewer__level">{words.level[line.level]}</span>
        <bdi className="sl-log-viewer__source">{line.sourceName ?? ''}</bdi>
        <span className="sl-log-viewer__text">
          <LineText line={line} message={message} />
        </span>
      </button>
      {isOpen ? <LogViewerFields line={line} message={message} /> : null}
    </div>
  );
}

function LineText({ line, message }: Pick<LogViewerRowProps, 'line' | 'message'>) {
  const { messages, format } = useMonitorContext();
  const canRead = useCan('read.payload');
  if (message === undefined) return <span className="sl-log-viewer__waiting">{messages.common.loading}</span>;
  if (message !== null) return <bdi>{logTextOf(message).slice(0, ROW_CHARS)}</bdi>;
  const ref = line.detailRefs?.message;
  if (ref && canRead) {
    return (
      <span className="sl-log-viewer__waiting">{messages.history.textElsewhere(format.bytes(ref.sizeBytes))}</span>
    );
  }
  if (ref) return <RedactedChip what={messages.history.lineHidden(format.bytes(ref.sizeBytes))} />;
  return <span className="sl-log-viewer__waiting">{messages.history.noText}</span>;
}
