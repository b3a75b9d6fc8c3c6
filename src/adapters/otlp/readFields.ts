import type { EventFields } from '../../model/event.ts';
import { type SpanStatus, spanStatuses } from '../../model/span.ts';
import { isTimeMs } from '../../model/units.ts';
import { parseContent } from '../content.ts';
import { parseIsoTime } from '../isoTime.ts';
import type { AttributeSlots } from './attributeSlots.ts';
import { slotOf } from './attributeTable.ts';
import type { HandoffReading } from './readHandoff.ts';
import type { KindReading } from './readKind.ts';
import { readName } from './readName.ts';
import { noEventReading, type SpanEventReading } from './readSpanEvents.ts';
import { readCost, readUsage } from './readUsage.ts';

export type FieldsDraft = { -readonly [Name in keyof EventFields<'span.end'>]: EventFields<'span.end'>[Name] };

/** Fields that few spans have and that go into the event as the attribute gave them. */
const rareFields = [
  'callId',
  'server',
  'attempt',
  'turn',
  'fromAgent',
  'toAgent',
  'triggered',
  'isExecuted',
  'toolNames',
  'handoffNames',
] as const satisfies readonly (keyof FieldsDraft)[];
const rareSlots = rareFields.map((name) => slotOf(name));

const slot = {
  name: slotOf('name'),
  status: slotOf('status'),
  agentName: slotOf('agentName'),
  provider: slotOf('provider'),
  model: slotOf('model'),
  requestModel: slotOf('requestModel'),
  sourceType: slotOf('sourceType'),
  costNanoUsd: slotOf('costNanoUsd'),
  costSource: slotOf('costSource'),
  priceVersion: slotOf('priceVersion'),
  finishReason: slotOf('finishReason'),
  ownOperation: slotOf('ownOperation'),
  firstTokenAtMs: slotOf('firstTokenAtMs'),
  firstTokenAfterMs: slotOf('firstTokenAfterMs'),
  firstTokenAfterSec: slotOf('firstTokenAfterSec'),
  firstTokenTime: slotOf('firstTokenTime'),
} as const;

/** AI SDK providers carry the API they speak: `openai.responses`. */
const apiSuffix = /\.(?:responses|chat|completion|messages|generative-ai|embedding|image|speech|transcription)$/;

/** What is known of a span before its fields are put together; one for all spans, written again for each. */
export interface SpanBasis extends KindReading {
  /** Our own export wrote it: what it does not say is not known, and nothing is worked out. */
  isOwn: boolean;
  spanName: string | undefined;
  startedAtMs: number | undefined;
  endedAtMs: number | undefined;
  status: SpanStatus | undefined;
  handoff: HandoffReading | undefined;
  events: SpanEventReading;
}

export const createBasis = (): SpanBasis => ({
  kind: 'custom',
  sourceType: undefined,
  isEmbedding: false,
  isOwn: false,
  spanName: undefined,
  startedAtMs: undefined,
  endedAtMs: undefined,
  status: undefined,
  handoff: undefined,
  events: noEventReading,
});

/** The fields of the event. What nearly every span has is one shape, because there are many. */
export function readFields({ values }: AttributeSlots, basis: SpanBasis): FieldsDraft {
  const { kind, isOwn, spanName, startedAtMs, endedAtMs } = basis;
  const agentName = values[slot.agentName] as string | undefined;
  const provider = values[slot.provider] as string | undefined;
  const a: FieldsDraft = {
    kind,
    name: isOwn ? ((values[slot.name] as string | undefined) ?? spanName) : readName(values, kind, spanName),
    startedAtMs,
    endedAtMs,
    status: ownStatus(values[slot.status]) ?? basis.status,
    agentName: isOwn || kind !== 'agent' ? agentName : undefined,
    usage: readUsage(values, kind),
    model: values[slot.model] as string | undefined,
    requestModel: values[slot.requestModel] as string | undefined,
    provider: isOwn || provider?.includes('.') !== true ? provider : provider.replace(apiSuffix, ''),
    reportedCostNanoUsd: isOwn ? ownCostOf(values) : readCost(values, basis.isEmbedding),
    sourceType: isOwn ? (values[slot.sourceType] as string | undefined) : basis.sourceType,
  };
  addRareFields(a, values, basis);
  return a;
}

function addRareFields(a: FieldsDraft, values: readonly unknown[], basis: SpanBasis): void {
  for (let index = 0; index < rareSlots.length; index += 1) {
    const value = values[rareSlots[index] as number];
    if (value !== undefined) (a as Record<string, unknown>)[rareFields[index] as string] = value;
  }
  const { handoff } = basis;
  if (handoff?.fromAgent !== undefined) a.fromAgent ??= handoff.fromAgent;
  if (handoff?.toAgent !== undefined) a.toAgent ??= handoff.toAgent;
  const finish = values[slot.finishReason] as readonly string[] | undefined;
  if (finish !== undefined) a.finishReason = finish[0];
  const operation = values[slot.ownOperation] ?? (basis.isEmbedding && !basis.isOwn ? 'embedding' : undefined);
  if (operation !== undefined) a.operation = operation as string;
  const firstTokenAtMs = firstTokenOf(values, basis);
  if (firstTokenAtMs !== undefined) a.firstTokenAtMs = firstTokenAtMs;
}

/** A cost that the source reported carries no version of a price table. */
export const isReportOf = (values: readonly unknown[]): boolean =>
  values[slot.costSource] === 'reported' && values[slot.priceVersion] === undefined;

/** A price is told apart from what the source reported. */
const ownCostOf = (values: readonly unknown[]): number | undefined =>
  isReportOf(values) ? (values[slot.costNanoUsd] as number | undefined) : undefined;

const ownStatus = (value: unknown): SpanStatus | undefined =>
  value === undefined ? undefined : spanStatuses.find((status) => status === value);

function firstTokenOf(values: readonly unknown[], { startedAtMs, events }: SpanBasis): number | undefined {
  const atMs = values[slot.firstTokenAtMs] as number | undefined;
  if (atMs !== undefined) return isTimeMs(atMs) ? atMs : undefined;
  if (events.firstTokenAtMs !== undefined) return events.firstTokenAtMs;
  const timeMs = parseIsoTime(parseContent(values[slot.firstTokenTime]));
  if (timeMs !== undefined) return timeMs;
  const afterSec = values[slot.firstTokenAfterSec] as number | undefined;
  const afterMs =
    (values[slot.firstTokenAfterMs] as number | undefined) ?? (afterSec === undefined ? undefined : afterSec * 1000);
  if (afterMs === undefined || startedAtMs === undefined) return undefined;
  return isTimeMs(startedAtMs + afterMs) ? startedAtMs + afterMs : undefined;
}
