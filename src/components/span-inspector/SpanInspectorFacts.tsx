'use client';
import { type ReactNode, useMemo } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorStore } from '../../hooks/useMonitorStore.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRun } from '../../hooks/useRun.ts';
import type { Span } from '../../model/span.ts';
import { visibleName } from '../../store/content/index.ts';
import { selectAttempts, selectSpanPeers } from '../../store/selectSpanPeers.ts';
import { TimeText } from '../internals/TimeText.tsx';
import { tip } from '../internals/tip.ts';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';
import { durationOf } from './spanWords.ts';

/** From here a duration is called unusual. */
const UNUSUAL_FACTOR = 2;

/** Duration beside what is typical, start, offset, agent, attempt, model, tokens, cost: in pairs, what is unknown left out. */
export function SpanInspectorFacts() {
  const { span } = useSpanInspectorContext();
  return span ? <Facts span={span} /> : null;
}

function Facts({ span }: { readonly span: Span }) {
  const { messages, format } = useMonitorContext();
  const store = useMonitorStore();
  const run = useRun(span.runId);
  const words = messages.inspector;
  const { kind } = span;
  // Looked up when the span is opened or changes, not with every flush: it walks the held spans.
  const { peers, attempts } = useMemo(() => {
    const state = store.getView();
    return { peers: selectSpanPeers(state, span), attempts: selectAttempts(state, span) };
  }, [store, span]);
  const durationMs = durationOf(span);
  const { usage } = span;
  const offsetMs =
    span.startedAtMs === undefined || run?.startedAtMs === undefined ? undefined : span.startedAtMs - run.startedAtMs;
  const highest = Math.max(span.attempt ?? 0, attempts.at(-1)?.attempt ?? 0, attempts.length);

  // without the date that the provider adds
  const shownModel =
    span.requestModel !== undefined && span.model?.startsWith(span.requestModel) ? span.requestModel : span.model;

  const facts: (readonly [string, ReactNode] | undefined)[] = [
    [
      words.duration,
      durationMs === undefined && span.status === 'running' && span.startedAtMs !== undefined ? (
        <Elapsed key="elapsed" sinceMs={span.startedAtMs} />
      ) : (
        format.duration(durationMs)
      ),
    ],
    peers.medianDurationMs === undefined
      ? undefined
      : [
          words.typical,
          <Typical key="typical" durationMs={durationMs} peers={peers} medianMs={peers.medianDurationMs} />,
        ],
    [words.started, <TimeText key="at" atMs={span.startedAtMs} text={format.clockTime(span.startedAtMs)} />],
    offsetMs === undefined
      ? undefined
      : [words.offset, `${offsetMs < 0 ? '−' : '+'}${format.duration(Math.abs(offsetMs))}`],
    span.agentName === undefined || kind === 'agent' ? undefined : [words.agent, visibleName(span.agentName)],
    span.attempt === undefined || highest < 2
      ? undefined
      : [words.attempt, words.attemptOf(format.count(span.attempt), format.count(highest))],
    shownModel === undefined || shownModel === span.name ? undefined : [words.model, visibleName(shownModel)],
    usage?.inputTokens === undefined && usage?.outputTokens === undefined
      ? undefined
      : [
          words.tokens,
          messages.common.tokensInOut(format.tokens(usage.inputTokens), format.tokens(usage.outputTokens)),
        ],
    span.costNanoUsd === undefined
      ? kind === 'llm' && usage?.scope === 'leaf'
        ? [words.cost, messages.common.unpriced]
        : undefined
      : [words.cost, format.cost(span.costNanoUsd, { isEstimated: false })],
    kind === 'handoff' && (span.fromAgent !== undefined || span.toAgent !== undefined)
      ? [
          words.handoff,
          words.fromTo(
            visibleName(span.fromAgent ?? messages.common.unknown),
            visibleName(span.toAgent ?? messages.common.unknown),
          ),
        ]
      : undefined,
  ];
  return (
    <dl className="sl-span-inspector__facts">
      {facts.map((fact) =>
        fact ? (
          <div key={fact[0]} className="sl-span-inspector__fact">
            <dt className="sl-span-inspector__term">{fact[0]}</dt>
            <dd className="sl-span-inspector__value" {...tip()}>
              {fact[1]}
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function Elapsed({ sinceMs }: { readonly sinceMs: number }) {
  const { format } = useMonitorContext();
  const nowMs = useNow();
  return <>{format.duration(nowMs === 0 ? undefined : Math.max(0, nowMs - sinceMs))}</>;
}

interface TypicalProps {
  readonly durationMs: number | undefined;
  readonly medianMs: number;
  readonly peers: { readonly sampleCount: number };
}

/** The median of its name, and how many times longer this one took. */
function Typical({ durationMs, medianMs, peers }: TypicalProps) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const factor = durationMs === undefined || medianMs <= 0 ? 0 : durationMs / medianMs;
  return (
    <span {...tip(words.typicalHint(format.exactCount(peers.sampleCount)))}>
      {format.duration(medianMs)}
      {factor >= UNUSUAL_FACTOR ? (
        <span className="sl-span-inspector__factor">
          {' '}
          {words.times(format.count(factor >= 10 ? Math.round(factor) : Math.round(factor * 10) / 10))}
        </span>
      ) : null}
    </span>
  );
}
