'use client';
import { forwardRef, type ReactNode } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { IconButton } from '../internals/Button.tsx';
import { Chip } from '../internals/Chip.tsx';
import { CopyButton } from '../internals/CopyButton.tsx';
import { KindIcon } from '../internals/icons/KindIcon.tsx';
import { PanelTitle } from '../internals/Panel.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';
import { spanTitle, statusTone } from './spanWords.ts';

export interface SpanInspectorHeadProps extends PartPropsOf<'div', Readonly<Record<never, never>>> {
  /** More controls, before the close button. */
  readonly actions?: ReactNode;
  /** `false` leaves the close button out. */
  readonly isClosable?: boolean | undefined;
}

/** Kind, name and status of the span, with what can be done with it. */
export const SpanInspectorHead = forwardRef<HTMLDivElement, SpanInspectorHeadProps>(function SpanInspectorHead(
  { actions, isClosable = true, ...partProps },
  ref,
) {
  const { messages } = useMonitorContext();
  const { span, close } = useSpanInspectorContext();
  const words = messages.inspector;
  return useRenderPart(
    'div',
    partProps,
    {},
    {
      ref,
      className: 'sl-span-inspector__head',
      children: span ? (
        <>
          <KindIcon kind={span.kind} />
          <PanelTitle className="sl-span-inspector__name" {...tip()}>
            <bdi className="sl-span-inspector__bdi">{spanTitle(span, messages)}</bdi>
          </PanelTitle>
          <Chip tone={statusTone(span)}>{messages.common.status[span.status]}</Chip>
          <span className="sl-span-inspector__actions">
            <CopyButton value={span.spanId} label={words.copySpanId} />
            {actions}
            {isClosable ? <IconButton icon="close" label={messages.common.close} onClick={close} /> : null}
          </span>
        </>
      ) : (
        <PanelTitle>{words.title}</PanelTitle>
      ),
    },
  );
});
