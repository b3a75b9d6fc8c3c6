'use client';
import { useConnection } from '../../hooks/useConnection.ts';
import { useCostSince } from '../../hooks/useCostSince.ts';
import { useIsStale } from '../../hooks/useIsStale.ts';
import { useMetricMinutes } from '../../hooks/useMetricMinutes.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useStatHistory } from '../../hooks/useStatHistory.ts';
import { useStats } from '../../hooks/useStats.ts';
import { selectIsTotals } from '../../store/selectIsTotals.ts';
import type { StatSample } from '../../store/selectPastStats.ts';
import type { MonitorState } from '../../store/types.ts';
import type { StatTone } from './StatCard.tsx';

/** The figures of the strip, in the order they stand in by default. */
export const statNames = [
  'activeAgents',
  'runningRuns',
  'waitingRuns',
  'failedRuns',
  'tokens',
  'errorRate',
  'costToday',
] as const;
export type StatName = (typeof statNames)[number];

/** A card, ready to be shown. */
export interface StatCardData {
  readonly name: StatName;
  readonly label: string;
  readonly value: string;
  readonly unit?: string | undefined;
  readonly exact?: string | undefined;
  readonly status?: StatTone | undefined;
  readonly foot?: string | undefined;
  readonly footTone?: 'attn' | 'err' | undefined;
  readonly spark: readonly (number | undefined)[];
}

export interface StatCards {
  readonly cards: readonly StatCardData[];
  /** Nothing has come yet and the line is being opened. */
  readonly isLoading: boolean;
  readonly isStale: boolean;
}

const selectIsEmpty = (state: MonitorState) => state.runIds.length === 0 && state.counters.acceptedEvents === 0;

/** The figures of the store as cards: values in the host's formats, what they miss said in words. */
export function useStatCards(names: readonly StatName[] = statNames): StatCards {
  const { messages, format } = useMonitorContext();
  const words = messages.stat;
  const stats = useStats();
  const history = useStatHistory();
  const connection = useConnection();
  const isEmpty = useMonitorSelector(selectIsEmpty);
  const isStale = useIsStale();
  const nowMs = useNow();
  const today = useCostSince(format.dayStartMs(nowMs));
  const isTotals = useMonitorSelector(selectIsTotals);
  const allMinutes = useMetricMinutes();
  // while the relay sends totals only, it sends the course of the last hour with them
  const wholeMinutes = allMinutes.filter(({ startMs, sizeMs }) => startMs + sizeMs <= nowMs);
  const minutes = isTotals && wholeMinutes.length > 1 ? wholeMinutes : undefined;
  const { unknown } = messages.common;
  const isUnknown = isEmpty && connection.phase !== 'live' && connection.phase !== 'slow';

  const bound = (text: string, isBound: boolean) => (isBound && text !== unknown ? `≥${text}` : text);
  const count = (value: number, isBound = stats.isPartial) =>
    isUnknown ? unknown : bound(format.count(value), isBound);
  const spark = (read: (sample: StatSample) => number | undefined) =>
    history.map((sample) => (sample === undefined ? undefined : read(sample)));
  const partial = stats.isPartial ? words.partial : undefined;
  const endedRuns = stats.completedRuns + stats.failedRuns;

  const build: Readonly<Record<StatName, () => Omit<StatCardData, 'name'>>> = {
    activeAgents: () => ({
      label: words.activeAgents,
      value: count(stats.activeAgents, false),
      foot: stats.waitingRuns > 0 ? words.waitingOnPerson(format.count(stats.waitingRuns)) : undefined,
      spark: minutes?.map((minute) => minute.activeAgents) ?? spark((sample) => sample.activeAgents),
    }),
    runningRuns: () => ({
      label: words.runningRuns,
      value: count(stats.runningRuns, false),
      foot: isUnknown ? undefined : words.ended(format.count(endedRuns)),
      spark: spark((sample) => sample.runningRuns),
    }),
    waitingRuns: () => ({
      label: words.waitingRuns,
      value: count(stats.waitingRuns, false),
      status: stats.waitingRuns > 0 ? 'waiting' : undefined,
      spark: spark((sample) => sample.waitingRuns),
    }),
    failedRuns: () => ({
      label: words.failedRuns,
      value: count(stats.failedRuns),
      status: stats.failedRuns > 0 ? 'error' : undefined,
      foot: partial ?? (stats.failedLlmCalls > 0 ? words.failedCalls(format.count(stats.failedLlmCalls)) : undefined),
      spark: spark((sample) => sample.failedRuns),
    }),
    tokens: () => {
      const text = count(stats.totalTokens, stats.isPartial || stats.isUsagePartial);
      const [, value = text, unit] = /^(.*?)([kMBT])$/.exec(text) ?? [];
      return {
        label: words.tokens,
        value,
        unit,
        exact: isUnknown ? undefined : words.exact(format.exactCount(stats.totalTokens)),
        foot:
          isUnknown || stats.totalTokens === 0
            ? undefined
            : messages.common.tokensInOut(format.tokens(stats.inputTokens), format.tokens(stats.outputTokens)),
        spark: minutes?.map((minute) => minute.tokens) ?? spark((sample) => sample.totalTokens),
      };
    },
    errorRate: () => {
      const text = format.percent(stats.errorRate);
      return {
        label: words.errorRate,
        value: text.replace('%', ''),
        unit: text.endsWith('%') ? '%' : undefined,
        foot:
          stats.errorRate === undefined
            ? words.noEnded
            : words.failedOf(format.count(stats.failedRuns), format.count(endedRuns)),
        spark: spark((sample) => (sample.errorRate === undefined ? undefined : sample.errorRate * 100)),
      };
    },
    costToday: () => {
      const isLowerBound = today.unpricedCalls > 0 || stats.isPartial;
      return {
        label: words.costToday,
        value: isUnknown ? unknown : format.cost(today.costNanoUsd, { isCompact: true, isLowerBound }),
        exact: isUnknown ? undefined : words.exact(format.cost(today.costNanoUsd)),
        status: today.unpricedCalls > 0 ? 'warn' : undefined,
        foot:
          today.unpricedCalls > 0
            ? words.unpricedCalls(today.unpricedCalls, format.count(today.unpricedCalls))
            : (partial ?? (isUnknown ? undefined : words.inRuns(today.runs, format.count(today.runs)))),
        footTone: today.unpricedCalls > 0 ? 'attn' : undefined,
        spark: minutes?.map((minute) => minute.costNanoUsd) ?? spark((sample) => sample.costNanoUsd),
      };
    },
  };
  return {
    cards: names.map((name) => ({ name, ...build[name]() })),
    isLoading: isEmpty && (connection.phase === 'connecting' || connection.phase === 'catching-up'),
    isStale,
  };
}
