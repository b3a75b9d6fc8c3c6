'use client';
import { useEffect, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { SearchField } from '../internals/SearchField.tsx';
import { useRunListContext } from './RunListContext.ts';

/** Searches in name, id, agents, user and error; says how many match. */
export function RunListSearch({ isFocusedAtOnce = false }: { readonly isFocusedAtOnce?: boolean | undefined }) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isFocusedAtOnce) ref.current?.focus();
  }, [isFocusedAtOnce]);
  const { messages, format } = useMonitorContext();
  const { text, setText, runCount } = useRunListContext();
  return (
    <SearchField
      className="sl-run-list__search"
      value={text}
      onChange={setText}
      label={messages.runList.search}
      placeholder={messages.runList.searchPlaceholder}
      result={text.trim() ? messages.common.matches(format.exactCount(runCount)) : undefined}
      ref={ref}
    />
  );
}
