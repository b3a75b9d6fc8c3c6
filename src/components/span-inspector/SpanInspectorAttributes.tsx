'use client';
import { useMemo, useState } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { Detail } from '../../model/detail.ts';
import { foldText } from '../../store/content/index.ts';
import { CopyButton } from '../internals/CopyButton.tsx';
import { SearchField } from '../internals/SearchField.tsx';
import { type AttributeRow, attributeRows, spanRows } from './attributeRows.ts';
import { ContentGate } from './ContentGate.tsx';
import { ContentText } from './ContentText.tsx';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';

/** Rows that are in the page at once; more on request. */
const PAGE = 200;

/** What the span says of itself, then what its source said: searchable, with a count. Sets `data-mono`, `data-end`. */
export function SpanInspectorAttributes() {
  const { messages } = useMonitorContext();
  const { span, spanKey } = useSpanInspectorContext();
  const [query, setQuery] = useState('');
  if (!span) return null;
  const words = messages.inspector;
  return (
    <>
      <Table label={words.spanFields} rows={spanRows(span)} query={query} isBare />
      <ContentGate parts={['attributes', 'metadata']}>
        {(detail) => <Attributes key={spanKey} detail={detail} query={query} onQueryChange={setQuery} />}
      </ContentGate>
    </>
  );
}

interface AttributesProps {
  readonly detail: Detail;
  readonly query: string;
  readonly onQueryChange: (query: string) => void;
}

function Attributes({ detail, query, onQueryChange }: AttributesProps) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const rows = useMemo(() => attributeRows(detail), [detail]);
  if (rows.length === 0) return <p className="sl-span-inspector__note">{words.noAttributes}</p>;
  const found = filterRows(rows, query);
  return (
    <>
      <SearchField
        value={query}
        onChange={onQueryChange}
        label={words.searchAttributes}
        result={query === '' ? undefined : messages.common.matches(format.exactCount(found.length))}
      />
      {found.length === 0 ? (
        <p className="sl-span-inspector__note">{words.noMatch}</p>
      ) : (
        <Table label={words.tab.attributes} rows={found} query="" />
      )}
    </>
  );
}

function filterRows(rows: readonly AttributeRow[], query: string): readonly AttributeRow[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter((row) => row.name.toLowerCase().includes(wanted) || row.value.toLowerCase().includes(wanted));
}

interface TableProps {
  readonly label: string;
  readonly rows: readonly AttributeRow[];
  readonly query: string;
  readonly isBare?: boolean | undefined;
}

function Table({ label, rows, query, isBare = false }: TableProps) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const [shown, setShown] = useState(PAGE);
  const found = filterRows(rows, query);
  if (found.length === 0) return null;
  const left = found.length - shown;
  return (
    <>
      <table className="sl-span-inspector__table" aria-label={label} aria-rowcount={found.length}>
        <thead className="sl-vh">
          <tr>
            <th scope="col">{words.attributeName}</th>
            <th scope="col">{words.attributeValue}</th>
          </tr>
        </thead>
        <tbody className="sl-span-inspector__tbody">
          {found.slice(0, shown).map((row) => (
            <tr key={row.name} className="sl-span-inspector__row">
              <th scope="row" className="sl-span-inspector__cell" data-mono={isBare ? undefined : ''}>
                <bdi className="sl-span-inspector__bdi">
                  <ContentText text={row.name} />
                </bdi>
              </th>
              <td className="sl-span-inspector__cell" data-mono="">
                <bdi className="sl-span-inspector__bdi">
                  <Value text={row.value} />
                </bdi>
              </td>
              <td className="sl-span-inspector__cell" data-end="">
                <CopyButton value={row.value} label={words.copyPart(row.name)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 ? (
        <button type="button" className="sl-link" onClick={() => setShown(shown + PAGE)}>
          {words.moreRows(format.exactCount(Math.min(left, PAGE)))}
        </button>
      ) : null}
    </>
  );
}

/** A long value is cut here: the JSON tab has it whole. */
function Value({ text }: { readonly text: string }) {
  const { head } = foldText(text);
  return <ContentText text={head === undefined ? text : `${head}…`} />;
}
