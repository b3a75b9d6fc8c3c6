'use client';
import { useEffect, useSyncExternalStore } from 'react';
import { useNow } from '../../hooks/useNow.ts';
import { useRun } from '../../hooks/useRun.ts';
import { useSpanTreeSummary } from '../../hooks/useSpanTree.ts';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';
import { noIdleTime } from './idleNotes.ts';
import { useSpanTreeContext } from './SpanTreeContext.ts';

/** How often the now-line moves: at most two pixels a step for a run of a minute. */
const LINE_HZ = 4;
/** Moves the time axis on. Renders nothing: what passes with time is custom properties. */
export function SpanTreeClock() {
  const { runId, index } = useSpanTreeContext();
  const run = useRun(runId);
  const { startMs, endMs } = useSpanTreeSummary(index);
  if (startMs === undefined || endMs === undefined || run === undefined) return null;
  const isLive = run.status === 'running' || run.status === 'waiting';
  const common = { startMs, endMs, lastHeardMs: run.lastEventAtMs };
  return isLive ? (
    <>
      <LiveLine {...common} />
      <LiveMarks {...common} />
    </>
  ) : (
    <EndedLine {...common} />
  );
}

interface ClockProps {
  readonly startMs: number;
  readonly endMs: number;
  /** When something was last heard of the run: where the line of a stale run stands. */
  readonly lastHeardMs: number;
}

function LiveLine(props: ClockProps) {
  const nowMs = useNow(LINE_HZ);
  useLine(props, nowMs, true);
  return null;
}

function EndedLine(props: ClockProps) {
  useLine(props, props.endMs, false);
  useMarks(props.endMs);
  useIdleTime(props.endMs);
  return null;
}

function LiveMarks({ endMs }: ClockProps) {
  const nowMs = Math.max(useNow(1), endMs);
  useMarks(nowMs);
  useIdleTime(Math.floor(nowMs / IDLE_EVERY_MS) * IDLE_EVERY_MS);
  return null;
}

/** Where the line stands: now, and never before what was already heard of. A stale run stands where it was last heard of. */
function useLine({ startMs, endMs, lastHeardMs }: ClockProps, nowMs: number, isLive: boolean): void {
  const { view, idle, isIdleCut, isStale } = useSpanTreeContext();
  const idleTime = useSyncExternalStore(idle.subscribe, idle.get, idle.get);
  const stretches = isIdleCut ? idleTime.stretches : noIdleTime.stretches;
  const shownMs = !isLive ? endMs : isStale ? Math.max(endMs, Math.min(nowMs, lastHeardMs)) : Math.max(endMs, nowMs);
  useIsomorphicLayoutEffect(() => {
    view.update({ startMs, endMs: shownMs, isLive, idle: stretches });
    view.setNow(view.get().map.draw(shownMs));
  }, [view, startMs, shownMs, isLive, stretches]);
}

/** How often idle time is measured anew while the run goes on, ms. */
const IDLE_EVERY_MS = 5_000;

/** The critical path, measured anew once a second while spans are open. */
function useMarks(nowMs: number): void {
  const { index, marks, isCriticalShown } = useSpanTreeContext();
  const summary = useSpanTreeSummary(index);
  const isOpen = summary.openCount > 0;
  // While nothing is open the path does not change with time.
  const pathEndMs = isOpen ? nowMs : (summary.endMs ?? nowMs);
  useIsomorphicLayoutEffect(() => {
    if (isCriticalShown) marks.set(index.findCriticalPath(pathEndMs), isOpen ? pathEndMs : Number.POSITIVE_INFINITY);
    else marks.set(new Map(), pathEndMs);
  }, [index, marks, isCriticalShown, pathEndMs, isOpen, summary]);
}

/** The idle time, in a task of its own: it looks at every span, and nothing that is drawn now waits for it. */
function useIdleTime(untilMs: number): void {
  const { index, idle } = useSpanTreeContext();
  useEffect(() => {
    const timer = setTimeout(() => idle.set(index.findIdleTime(untilMs)));
    return () => clearTimeout(timer);
  }, [index, idle, untilMs]);
}
