import type { RunId, SpanId, SpanKey } from '../model/ids.ts';
import type { Span } from '../model/span.ts';
import type { Draft } from './spanNode.ts';

/**
 * How much room a span gets from the start. There are many spans, so room costs memory; room that is missing is made field
 * by field, which costs time, and gives each mix of fields a layout of its own that engines have to learn.
 */
export type SpanForm = 'step' | 'call' | 'whole';

/** What every span has. */
const createStep = (key: SpanKey, runId: RunId, spanId: SpanId): Draft<Span> => ({
  key,
  runId,
  spanId,
  parentId: undefined,
  kind: 'custom',
  name: '',
  agentName: undefined,
  startedAtMs: undefined,
  endedAtMs: undefined,
  status: 'running',
  isOrphan: false,
  isPlaceholder: false,
  isCycleCut: false,
  revision: 0,
});

/** A model call that is told as it goes on. */
const createCall = (key: SpanKey, runId: RunId, spanId: SpanId): Draft<Span> => ({
  key,
  runId,
  spanId,
  parentId: undefined,
  kind: 'custom',
  name: '',
  agentName: undefined,
  startedAtMs: undefined,
  endedAtMs: undefined,
  status: 'running',
  isOrphan: false,
  isPlaceholder: false,
  isCycleCut: false,
  revision: 0,
  usage: undefined,
  model: undefined,
  costNanoUsd: undefined,
});

/** What one record of a file tells from start to end. */
const createWhole = (key: SpanKey, runId: RunId, spanId: SpanId): Draft<Span> => ({
  key,
  runId,
  spanId,
  parentId: undefined,
  kind: 'custom',
  name: '',
  agentName: undefined,
  startedAtMs: undefined,
  endedAtMs: undefined,
  status: 'running',
  isOrphan: false,
  isPlaceholder: false,
  isCycleCut: false,
  revision: 0,
  usage: undefined,
  model: undefined,
  costNanoUsd: undefined,
  costSource: undefined,
  requestModel: undefined,
  provider: undefined,
  sourceType: undefined,
  detail: undefined,
});

const makers: Readonly<Record<SpanForm, (key: SpanKey, runId: RunId, spanId: SpanId) => Draft<Span>>> = {
  step: createStep,
  call: createCall,
  whole: createWhole,
};
export const createSpan = (key: SpanKey, runId: RunId, spanId: SpanId, form: SpanForm): Draft<Span> =>
  makers[form](key, runId, spanId);

/** A copy of the same form, so that it has the same layout; a spread would make a layout of its own at each step. */
export function copySpan(span: Span, form: SpanForm): Draft<Span> {
  const copy = createSpan(span.key, span.runId, span.spanId, form);
  copy.parentId = span.parentId;
  copy.kind = span.kind;
  copy.name = span.name;
  copy.agentName = span.agentName;
  copy.startedAtMs = span.startedAtMs;
  copy.endedAtMs = span.endedAtMs;
  copy.status = span.status;
  copy.isOrphan = span.isOrphan;
  copy.isPlaceholder = span.isPlaceholder;
  copy.isCycleCut = span.isCycleCut;
  copy.revision = span.revision;
  let written = 14;
  if (form !== 'step') {
    copy.usage = span.usage;
    copy.model = span.model;
    copy.costNanoUsd = span.costNanoUsd;
    written = 17;
  }
  if (form === 'whole') {
    copy.costSource = span.costSource;
    copy.requestModel = span.requestModel;
    copy.provider = span.provider;
    copy.sourceType = span.sourceType;
    copy.detail = span.detail;
    written = 22;
  }
  for (const name in span) {
    if (written > 0) written -= 1;
    else (copy as Record<string, unknown>)[name] = span[name as keyof Span];
  }
  return copy;
}
