'use client';
import { type ReactNode, useMemo, useState } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import {
  asRedacted,
  chunkLines,
  FOLD_LINES,
  foldText,
  type JsonLine,
  type JsonToken,
  jsonText,
  parseJsonText,
  printJson,
} from '../../store/content/index.ts';
import { Button } from '../internals/Button.tsx';
import { CopyButton } from '../internals/CopyButton.tsx';
import { RedactedValueChip } from '../internals/RedactedValueChip.tsx';
import { ContentText } from './ContentText.tsx';
import { downloadText } from './downloadText.ts';

export interface ContentBlockProps {
  readonly label: ReactNode;
  /** Says what is copied. */
  readonly name: string;
  /** Any JSON value; text that is JSON is shown as such. */
  readonly value: unknown;
  /** Text stays text, e.g. of a message. */
  readonly isText?: boolean | undefined;
}

/** Content with its name, size and a copy button: 12 lines at first, more on request, too much only as a file. */
export function ContentBlock({ label, name, value, isText = false }: ContentBlockProps) {
  const { messages, format } = useMonitorContext();
  const content = useMemo(() => readContent(value, isText), [value, isText]);
  return (
    <section className="sl-span-inspector__block">
      <div className="sl-span-inspector__label">
        <span className="sl-span-inspector__label-text">{label}</span>
        <span className="sl-span-inspector__size">{format.bytes(content.fold.sizeBytes)}</span>
        <CopyButton value={content.raw} label={messages.inspector.copyPart(name)} />
      </div>
      <ContentBody content={content} name={name} />
    </section>
  );
}

export interface Content {
  /** What is copied. */
  readonly raw: string;
  readonly fold: ReturnType<typeof foldText>;
  readonly shown: string;
  readonly lines: readonly JsonLine[] | undefined;
}

/** Larger values are shown as plain text: colours cost an element each. */
const COLOUR_LIMIT = 20_000;

export function readContent(value: unknown, isText: boolean): Content {
  const isString = typeof value === 'string';
  const parsed =
    isString && !isText && /^\s*[[{]/.test(value) && value.length <= COLOUR_LIMIT ? parseJsonText(value) : undefined;
  const structured = isString ? parsed : value;
  const raw = isString ? value : jsonText(value);
  const isJson = structured !== undefined && raw.length <= COLOUR_LIMIT;
  const lines = isJson ? printJson(structured) : undefined;
  const shown = lines ? lines.map((line) => line.map((token) => token.text).join('')).join('\n') : raw;
  return { raw, shown, lines, fold: foldText(shown) };
}

/** The text itself. */
export function ContentBody({
  content,
  name,
  children,
}: {
  readonly content: Content;
  readonly name: string;
  readonly children?: ReactNode;
}) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const { fold, shown, raw, lines } = content;
  const [isOpen, setIsOpen] = useState(false);
  const size = format.bytes(fold.sizeBytes);
  if (fold.access === 'download')
    return (
      <p className="sl-span-inspector__note">
        {words.tooLarge}{' '}
        <Button size="s" icon="down" onClick={() => downloadText(raw, name)}>
          {words.download(size)}
        </Button>
      </p>
    );
  const isFolded = fold.head !== undefined && !isOpen;
  return (
    <>
      <div className="sl-span-inspector__code" data-folded={isFolded ? '' : undefined}>
        <bdi className="sl-span-inspector__bdi">
          {lines && (isFolded ? lines.length > FOLD_LINES : true) && fold.access === 'inline' ? (
            <CodeLines lines={isFolded ? lines.slice(0, FOLD_LINES) : lines} />
          ) : isFolded ? (
            <ContentText text={fold.head ?? ''} />
          ) : (
            <Chunks text={shown} />
          )}
          {children}
        </bdi>
      </div>
      {fold.head === undefined ? null : (
        <button type="button" className="sl-link sl-span-inspector__more" onClick={() => setIsOpen(!isOpen)}>
          {isOpen
            ? words.showLess
            : words.showAll(format.exactCount(fold.lineCount), fold.sizeBytes > 2000 ? size : '')}
        </button>
      )}
    </>
  );
}

/** A browser lays out only the chunks in sight. */
function Chunks({ text }: { readonly text: string }) {
  const chunks = useMemo(() => chunkLines(text), [text]);
  if (chunks.length === 1) return <ContentText text={text} />;
  return (
    <>
      {chunks.map((chunk, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: chunks of one text never change their order
        <span key={at} className="sl-span-inspector__chunk">
          <ContentText text={chunk} />
        </span>
      ))}
    </>
  );
}

/** Lines and tokens of one value: they are all made anew when it changes, so their places are their keys. */
function CodeLines({ lines }: { readonly lines: readonly JsonLine[] }) {
  return (
    <>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one value are made anew when it changes
        <span key={at} className="sl-span-inspector__code-line">
          {line.map((token, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: tokens of one line never change their order
            <Token key={place} token={token} />
          ))}
          {at === lines.length - 1 ? '' : '\n'}
        </span>
      ))}
    </>
  );
}

function Token({ token }: { readonly token: JsonToken }) {
  if (token.tone === 'plain') return token.text;
  const redacted = token.tone === 'redacted' ? asRedacted(token.value) : undefined;
  if (redacted) return <RedactedValueChip value={redacted} />;
  return (
    <span className="sl-span-inspector__token" data-tone={token.tone}>
      <ContentText text={token.text} />
    </span>
  );
}
