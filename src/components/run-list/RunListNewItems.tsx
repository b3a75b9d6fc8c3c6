'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Icon } from '../internals/icons/Icon.tsx';
import { useRunListContext } from './RunListContext.ts';

/** "3 new runs": what came while the list held still under the reader. Nothing while there is none. */
export function RunListNewItems({ onRelease }: { readonly onRelease?: (() => void) | undefined }) {
  const { messages, format } = useMonitorContext();
  const { list } = useRunListContext();
  if (list.newCount === 0) return null;
  return (
    <button
      type="button"
      className="sl-run-list__new"
      onClick={() => {
        list.release();
        onRelease?.();
      }}
    >
      <Icon name="up" size="s" />
      {messages.runList.newRuns(list.newCount, list.newCount > 999 ? '999+' : format.count(list.newCount))}
    </button>
  );
}
