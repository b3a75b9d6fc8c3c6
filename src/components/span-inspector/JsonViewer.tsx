'use client';
import { type KeyboardEvent, useCallback, useId, useMemo, useRef, useState } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import {
  findInJson,
  type JsonRow,
  type JsonView,
  jsonText,
  readJsonRows,
  revealJson,
  untouchedJsonView,
} from '../../store/content/index.ts';
import { IconButton } from '../internals/Button.tsx';
import { CopyButton } from '../internals/CopyButton.tsx';
import { SearchField } from '../internals/SearchField.tsx';
import { JsonRows, jsonRowKey } from './JsonRows.tsx';

export interface JsonViewerProps {
  readonly value: unknown;
  readonly label: string;
}

/** A JSON value as a tree: arrows walk and open, a search finds what is collapsed too, paths and values can be copied. */
export function JsonViewer({ value, label }: JsonViewerProps) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const [view, setView] = useState<JsonView>(untouchedJsonView);
  const [active, setActive] = useState('');
  const [query, setQuery] = useState('');
  const baseId = useId();
  const rows = useMemo(() => readJsonRows(value, view), [value, view]);
  const matches = useMemo(() => findInJson(value, query.trim()), [value, query]);
  const matched = useMemo(() => new Set(matches.pointers), [matches]);
  const scrollTo = useRef<(key: string) => void>(undefined);

  const activate = useCallback((key: string) => {
    setActive(key);
    scrollTo.current?.(key);
  }, []);
  const toggle = useCallback(
    (row: JsonRow) => {
      const { pointer } = row;
      if (row.kind !== 'more') {
        setView((known) => ({ ...known, isExpanded: new Map(known.isExpanded).set(pointer, !row.isExpanded) }));
        return;
      }
      const next = { ...view, pages: new Map(view.pages).set(pointer, (view.pages.get(pointer) ?? 1) + 1) };
      setView(next);
      // where the line stood, the first of those that come stands
      setActive(jsonRowKey(readJsonRows(value, next)[rows.indexOf(row)] as JsonRow));
    },
    [value, view, rows],
  );
  const at = matches.pointers.indexOf(active);
  const goToMatch = (step: 1 | -1) => {
    const count = matches.pointers.length;
    if (count === 0) return;
    const next = at < 0 ? (step === 1 ? 0 : count - 1) : (at + step + count) % count;
    const pointer = matches.pointers[next] as string;
    setView((known) => revealJson(value, known, pointer));
    setActive(pointer);
    requestAnimationFrame(() => scrollTo.current?.(pointer));
  };

  const index = Math.max(
    0,
    rows.findIndex((row) => jsonRowKey(row) === active),
  );
  const row = rows[index];
  const onKeyDown = (event: KeyboardEvent) => {
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = (to: number) => activate(jsonRowKey(rows[Math.min(rows.length - 1, Math.max(0, to))] as JsonRow));
    const isMore = row.kind === 'more';
    switch (event.key) {
      case 'ArrowDown':
        move(index + 1);
        break;
      case 'ArrowUp':
        move(index - 1);
        break;
      case 'Home':
        move(0);
        break;
      case 'End':
        move(rows.length - 1);
        break;
      case 'Enter':
      case ' ':
        if (isMore || row.isExpandable) toggle(row);
        break;
      case 'ArrowRight':
        if (isMore || (row.isExpandable && !row.isExpanded)) toggle(row);
        else if (row.isExpanded && row.childCount > 0) move(index + 1);
        break;
      case 'ArrowLeft':
        if (row.isExpanded) toggle(row);
        else if (isMore) activate(row.pointer);
        else if (row.pointer !== '') activate(row.pointer.slice(0, row.pointer.lastIndexOf('/')));
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  const count = format.exactCount(matches.pointers.length);
  const result =
    query.trim() === ''
      ? undefined
      : at < 0
        ? messages.common.matches(matches.isPartial ? `${count}+` : count)
        : words.matchOf(format.exactCount(at + 1), matches.isPartial ? `${count}+` : count);
  return (
    <div className="sl-json">
      <div className="sl-json__bar">
        <SearchField
          className="sl-json__search"
          value={query}
          onChange={setQuery}
          label={words.searchJson}
          result={result}
          onStep={goToMatch}
        />
        {query.trim() === '' ? null : (
          <>
            <IconButton icon="up" label={words.previousMatch} onClick={() => goToMatch(-1)} />
            <IconButton icon="down" label={words.nextMatch} onClick={() => goToMatch(1)} />
          </>
        )}
        <CopyButton value={jsonText(value)} label={words.copyJson} />
      </div>
      <JsonRows
        rows={rows}
        label={label}
        baseId={baseId}
        active={row ? jsonRowKey(row) : ''}
        matched={matched}
        onKeyDown={onKeyDown}
        onActivate={setActive}
        onToggle={toggle}
        scrollTo={scrollTo}
      />
      {row && row.kind !== 'more' ? (
        <div className="sl-json__foot">
          <bdi className="sl-json__path" data-sl-tip="">
            {row.path === '' ? words.root : row.path}
          </bdi>
          {row.path === '' ? null : <CopyButton value={row.path} label={words.copyPath(row.path)} />}
          <CopyButton value={jsonText(row.value)} label={words.copyValue}>
            {words.copyValue}
          </CopyButton>
        </div>
      ) : null}
    </div>
  );
}
