'use client';
import { useEffect } from 'react';
import type { LogLine } from '../model/log.ts';
import type { MonitorState } from '../store/types.ts';
import { useCan } from './useCan.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useMonitorStore } from './useMonitorStore.ts';

const selectTexts = ({ logTexts }: MonitorState) => logTexts;

/**
 * Texts of the lines that are in sight, loaded together where they are not here; give it those only.
 * @returns reads the text of a line: `undefined` while it is not known, `null` where there is none or it must not be read
 */
export function useLogTexts(lines: readonly LogLine[]): (line: LogLine) => unknown {
  const store = useMonitorStore();
  const canRead = useCan('read.payload');
  const texts = useMonitorSelector(selectTexts);
  useEffect(() => {
    if (!canRead) return;
    const missing = lines.filter(
      ({ id, detail, detailRefs }) => detail?.message === undefined && detailRefs?.message && !texts.has(id),
    );
    if (missing.length > 0) store.loadLogTexts(missing.map(({ id }) => id));
  }, [store, canRead, lines, texts]);
  return ({ id, detail, detailRefs }) => {
    if (!canRead) return null;
    if (detail?.message !== undefined) return detail.message;
    if (texts.has(id)) return texts.get(id);
    return detailRefs?.message && store.historySource ? undefined : null;
  };
}
