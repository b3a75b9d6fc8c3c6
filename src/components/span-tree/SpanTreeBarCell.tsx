'use client';
import { forwardRef, useSyncExternalStore } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { Span } from '../../model/span.ts';
import { Icon } from '../internals/icons/Icon.tsx';
import { shownStatus } from '../internals/icons/shownStatus.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { useCssVars } from '../internals/useCssVars.ts';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { cellTabIndex } from './cellTabIndex.ts';
import { useSpanTreeContext, useSpanTreeRow } from './SpanTreeContext.ts';
import { durationOf, isCached } from './spanFacts.ts';
import type { Clip } from './timeView.ts';
import { useNowVar } from './useNowVar.ts';

export interface SpanTreeBarCellState {
  readonly bar: 'bracket' | 'solid' | 'instant' | 'hatched' | 'hollow' | 'none';
  /** It goes on: the bar ends at the now-line. */
  readonly open: boolean;
  readonly failed: boolean;
  readonly cached: boolean;
  readonly critical: boolean;
  /** The underline goes on with the bar. */
  readonly criticalOpen: boolean;
  readonly clip: Clip;
  readonly skewed: boolean;
}

type Bar = SpanTreeBarCellState['bar'];
const barByKind: Readonly<Record<Span['kind'], Bar>> = {
  agent: 'bracket',
  task: 'bracket',
  turn: 'bracket',
  llm: 'solid',
  tool: 'solid',
  mcp: 'solid',
  retrieval: 'solid',
  guardrail: 'solid',
  eval: 'solid',
  handoff: 'instant',
  approval: 'hatched',
  speech: 'hollow',
  custom: 'hollow',
};

/**
 * The bar of a span on the axis of the grid. Sets `data-bar`, `data-open`, `data-failed`, `data-cached`, `data-critical`,
 * `data-critical-open`, `data-clip`, `data-skewed`; `--sl-x` (start) and `--sl-w` (length) in ms of the axis, `--sl-wait` until the first token,
 * `--sl-crit-x` and `--sl-crit-w` of the underline. The sheet makes the bar of them.
 */
export const SpanTreeBarCell = forwardRef<HTMLDivElement, PartPropsOf<'div', SpanTreeBarCellState>>(
  function SpanTreeBarCell(partProps, ref) {
    const { view, marks, isStale, index } = useSpanTreeContext();
    const { messages, format } = useMonitorContext();
    const { row, span, isOpen, skewMs, activeCell } = useSpanTreeRow();
    const key = row.spanKey;
    const map = useSyncExternalStore(
      view.subscribe,
      () => view.get().map,
      () => view.get().map,
    );
    const mark = useSyncExternalStore(
      marks.subscribe,
      () => marks.get(key),
      () => undefined,
    );

    const startMs = span?.startedAtMs ?? (span?.isPlaceholder ? index.timesBelow(key).startMs : undefined);
    const endMs = span?.isPlaceholder ? index.timesBelow(key).endMs : span?.endedAtMs;
    const x = startMs === undefined ? undefined : map.draw(startMs);
    const drawnEnd = endMs === undefined ? undefined : Math.max(map.draw(endMs), x ?? 0);
    const clip = useSyncExternalStore(
      view.subscribe,
      () => (x === undefined ? undefined : view.clipOf(x, isOpen ? Number.MAX_VALUE : (drawnEnd ?? x))),
      () => undefined,
    );

    const firstTokenMs = span?.kind === 'llm' ? span.firstTokenAtMs : undefined;
    const wait = firstTokenMs === undefined || x === undefined ? undefined : Math.max(0, map.draw(firstTokenMs) - x);
    const bar = span === undefined || x === undefined ? 'none' : span.isPlaceholder ? 'bracket' : barByKind[span.kind];
    const isFailed = span?.status === 'error' || span?.triggered === true;
    const critX = mark && bar !== 'bracket' && bar !== 'instant' && bar !== 'none' ? map.draw(mark.fromMs) : undefined;
    const isCriticalOpen = mark !== undefined && mark.toMs === undefined;
    const durationMs = durationOf(span);
    const status = span && !span.isPlaceholder ? messages.common.status[shownStatus(span.status, isStale)] : '';
    const skewText = skewMs === undefined ? undefined : format.duration(skewMs);
    const state: SpanTreeBarCellState = {
      bar,
      open: isOpen,
      failed: isFailed,
      cached: span !== undefined && isCached(span),
      critical: critX !== undefined,
      criticalOpen: critX !== undefined && isCriticalOpen,
      clip,
      skewed: skewMs !== undefined,
    };
    const nowRef = useNowVar<HTMLDivElement>(isOpen || isCriticalOpen);
    const mergedRef = useMergedRefs<HTMLDivElement>(ref, nowRef);
    return useRenderPart('div', partProps, state, {
      ref: mergedRef,
      role: 'gridcell',
      'aria-label': messages.spanTree.bar({
        start: startMs === undefined ? undefined : format.duration(Math.max(0, startMs - map.startMs)),
        duration: durationMs === undefined ? undefined : format.duration(durationMs),
        status,
        isRunning: isOpen,
        isCritical: critX !== undefined,
        isCached: state.cached,
        skew: skewText,
      }),
      tabIndex: cellTabIndex(1, activeCell),
      className: 'sl-span-tree__bar-cell',
      ...(skewText === undefined ? {} : tip(messages.spanTree.skew(skewText))),
      cssVars: {
        '--sl-x': x,
        '--sl-w': isOpen || x === undefined ? undefined : (drawnEnd ?? x) - x,
        '--sl-crit-x': critX,
        '--sl-crit-w': mark?.toMs === undefined || critX === undefined ? undefined : map.draw(mark.toMs) - critX,
      },
      children: (
        <>
          {wait !== undefined && bar === 'solid' ? <Wait ms={wait} /> : null}
          {isFailed && !isOpen && clip !== 'out' ? <Icon name="error" className="sl-span-tree__failed" /> : null}
        </>
      ),
    });
  },
);

/** The part of a model call before its first token. */
function Wait({ ms }: { readonly ms: number }) {
  return <span ref={useCssVars({ '--sl-wait': ms })} className="sl-span-tree__wait" />;
}
