'use client';
import { type ReactNode, useState } from 'react';
import { useCan } from '../../hooks/useCan.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { spanKeyOf } from '../../model/ids.ts';
import type { LogLine } from '../../model/log.ts';
import { foldText, jsonText, visibleName } from '../../store/content/index.ts';
import { Button } from '../internals/Button.tsx';
import { CopyButton } from '../internals/CopyButton.tsx';
import { RedactedChip } from '../internals/RedactedChip.tsx';
import { logBlockOf } from './logText.ts';

export interface LogViewerFieldsProps {
  readonly line: LogLine;
  /** `undefined`: on its way. `null`: there is none, or it must not be read. */
  readonly message: unknown;
}

/** Everything there is to a line: time, level, source, run, span, attributes and its whole text, for who may read it. */
export function LogViewerFields({ line, message }: LogViewerFieldsProps) {
  const { messages, format, select, navigate } = useMonitorContext();
  const canRead = useCan('read.payload');
  const words = messages.history;
  const { runId, spanId, atMs, level, sourceName, detail, detailRefs } = line;
  const openRun = () => {
    if (runId === undefined) return;
    select({ runId });
    navigate({ to: 'run', runId });
  };
  const openSpan = () => {
    if (runId === undefined || spanId === undefined) return;
    const spanKey = spanKeyOf(runId, spanId);
    select({ runId, spanKey });
    navigate({ to: 'span', runId, spanKey });
  };
  const attributes = canRead ? detail?.attributes : undefined;
  const attributesRef = detailRefs?.attributes;
  return (
    <dl className="sl-log-viewer__fields">
      <Field name={words.fieldTime}>
        <span className="sl-num">{format.fullTime(atMs)}</span>
      </Field>
      <Field name={words.fieldLevel}>{words.level[level]}</Field>
      {sourceName === undefined ? null : (
        <Field name={words.fieldSource}>
          <bdi>{visibleName(sourceName)}</bdi>
        </Field>
      )}
      {runId === undefined ? null : (
        <IdField name={words.fieldRun} id={runId} openLabel={words.openRun} onOpen={openRun} />
      )}
      {runId === undefined || spanId === undefined ? null : (
        <IdField name={words.fieldSpan} id={spanId} openLabel={words.openSpan} onOpen={openSpan} />
      )}
      {typeof attributes === 'object' && attributes !== null
        ? Object.entries(attributes).map(([name, value]) => (
            <Field key={name} name={<bdi className="sl-mono">{visibleName(name)}</bdi>}>
              <bdi className="sl-mono">{visibleName(typeof value === 'string' ? value : jsonText(value))}</bdi>
            </Field>
          ))
        : null}
      {attributes === undefined && attributesRef ? (
        <Field name={words.fieldAttributes}>
          {canRead ? (
            words.attributesElsewhere(format.bytes(attributesRef.sizeBytes))
          ) : (
            <RedactedChip what={words.attributesHidden(format.bytes(attributesRef.sizeBytes))} />
          )}
        </Field>
      ) : null}
      {message === undefined || message === null ? null : <TextField message={message} />}
    </dl>
  );
}

function TextField({ message }: { readonly message: unknown }) {
  const { messages, format } = useMonitorContext();
  const words = messages.history;
  const text = logBlockOf(message);
  const { head, lineCount, access } = foldText(text);
  const [isWhole, setWhole] = useState(false);
  return (
    <Field name={words.fieldText}>
      <bdi className="sl-log-viewer__block">{isWhole || head === undefined ? text : head}</bdi>
      {head === undefined || isWhole || access === 'download' ? null : (
        <Button size="s" variant="ghost" onClick={() => setWhole(true)}>
          {words.wholeText(format.exactCount(lineCount))}
        </Button>
      )}
      <CopyButton value={typeof message === 'string' ? message : text} label={words.copyText} />
    </Field>
  );
}

interface IdFieldProps {
  readonly name: string;
  readonly id: string;
  readonly openLabel: string;
  readonly onOpen: () => void;
}

/** An id to copy, and a way to what it names. */
function IdField({ name, id, openLabel, onOpen }: IdFieldProps) {
  const { messages } = useMonitorContext();
  return (
    <Field name={name}>
      <CopyButton value={id} label={messages.common.copyId(id)}>
        <bdi className="sl-mono">{id}</bdi>
      </CopyButton>
      <Button size="s" variant="ghost" onClick={onOpen}>
        {openLabel}
      </Button>
    </Field>
  );
}

function Field({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <>
      <dt className="sl-log-viewer__field">{name}</dt>
      <dd className="sl-log-viewer__value">{children}</dd>
    </>
  );
}
