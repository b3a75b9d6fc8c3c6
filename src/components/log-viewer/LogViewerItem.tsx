'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button } from '../internals/Button.tsx';
import { GapLine } from '../internals/GapRow.tsx';
import { Icon } from '../internals/icons/Icon.tsx';
import { useLogViewerContext } from './LogViewerContext.ts';
import { LogViewerRow } from './LogViewerRow.tsx';
import type { LogItem } from './sampleFlood.ts';

interface LogViewerItemProps {
  readonly item: LogItem;
  readonly message: unknown;
  readonly isOpen: boolean;
  readonly isTabStop: boolean;
  readonly isMatch: boolean;
  readonly isCurrent: boolean;
  readonly onToggle: () => void;
}

/** A line, or what stands in the place of lines that are not there. */
export function LogViewerItem({ item, ...line }: LogViewerItemProps) {
  const { messages, format } = useMonitorContext();
  const { history } = useLogViewerContext();
  const words = messages.history;
  if (item.kind === 'line') return <LogViewerRow line={item.line} {...line} />;
  if (item.kind === 'gap') {
    return (
      <div className="sl-gap" data-why={item.gap.why}>
        <GapLine gap={item.gap} />
      </div>
    );
  }
  return (
    <div className="sl-log-viewer__sampled">
      <Icon name={item.kind === 'missed' ? 'gap' : 'warn'} size="s" />
      {item.kind === 'missed' ? (
        <>
          {words.missedLines(format.exactCount(item.count))}
          <Button size="s" variant="ghost" onClick={history.startAnew}>
            {words.startAnew}
          </Button>
        </>
      ) : (
        words.sampled(format.exactCount(item.count))
      )}
    </div>
  );
}
