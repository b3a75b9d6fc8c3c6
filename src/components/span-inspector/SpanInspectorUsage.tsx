'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { visibleName } from '../../store/content/index.ts';
import { EmptyState } from '../internals/EmptyState.tsx';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';
import { durationOf } from './spanWords.ts';

/** Tokens and money of the span, who said the price, how fast it wrote. Sets `data-part`. */
export function SpanInspectorUsage() {
  const { messages, format } = useMonitorContext();
  const { span } = useSpanInspectorContext();
  if (!span) return null;
  const words = messages.inspector;
  const { usage, costNanoUsd, costSource, priceVersion, firstTokenAtMs, startedAtMs, endedAtMs, model } = span;
  const hasUsage = usage !== undefined && Object.keys(usage).some((name) => name !== 'scope');
  if (!hasUsage && costNanoUsd === undefined)
    return <EmptyState title={words.noUsage} body={span.kind === 'llm' ? undefined : words.noUsageBody} />;
  const durationMs = durationOf(span);
  const writingMs = endedAtMs === undefined ? undefined : endedAtMs - (firstTokenAtMs ?? startedAtMs ?? endedAtMs);
  const outputRate =
    usage?.outputTokens === undefined || writingMs === undefined || writingMs <= 0 || durationMs === undefined
      ? undefined
      : (usage.outputTokens / writingMs) * 1000;
  const isUnpriced = costNanoUsd === undefined && usage?.scope === 'leaf';
  const rows: readonly (readonly [string, string | undefined, boolean?])[] = [
    [words.inputTokens, countText(usage?.inputTokens)],
    [words.cachedInputTokens, countText(usage?.cachedInputTokens), true],
    [words.cacheWriteTokens, countText(usage?.cacheWriteTokens), true],
    [words.outputTokens, countText(usage?.outputTokens)],
    [words.reasoningTokens, countText(usage?.reasoningTokens), true],
    [words.totalTokens, countText(usage?.totalTokens)],
    [
      words.cost,
      costNanoUsd === undefined ? (isUnpriced ? messages.common.unpriced : undefined) : format.cost(costNanoUsd),
    ],
    [
      words.priceVersion,
      [costSource && words.costSource[costSource], priceVersion].filter(Boolean).join(', ') || undefined,
    ],
    [words.model, model && visibleName(model)],
    [words.requestModel, span.requestModel === model ? undefined : span.requestModel && visibleName(span.requestModel)],
    [words.provider, span.provider && visibleName(span.provider)],
    [words.finishReason, span.finishReason && visibleName(span.finishReason)],
    [
      words.firstToken,
      firstTokenAtMs === undefined || startedAtMs === undefined
        ? undefined
        : format.duration(firstTokenAtMs - startedAtMs),
    ],
    [words.outputRate, outputRate === undefined ? undefined : words.perSec(format.rate(outputRate))],
  ];
  function countText(value: number | undefined): string | undefined {
    return value === undefined ? undefined : format.exactCount(value);
  }
  return (
    <>
      <table className="sl-span-inspector__table" aria-label={words.tab.usage}>
        <tbody className="sl-span-inspector__tbody">
          {rows.map(([name, value, isPart]) =>
            value === undefined ? null : (
              <tr key={name} className="sl-span-inspector__row">
                <th scope="row" className="sl-span-inspector__cell" data-part={isPart ? '' : undefined}>
                  {name}
                </th>
                <td className="sl-span-inspector__cell" data-number="">
                  {value}
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
      {isUnpriced && model !== undefined ? (
        <p className="sl-span-inspector__note">{words.noPriceFor(visibleName(model))}</p>
      ) : null}
      {usage?.scope === 'aggregate' ? <p className="sl-span-inspector__note">{words.aggregate}</p> : null}
    </>
  );
}
