import type { EntityReader } from '../fold/types.ts';
import type { Detail } from '../model/detail.ts';
import { MonitorError } from '../model/errors.ts';
import type { SpanKey } from '../model/ids.ts';
import type { Span } from '../model/span.ts';
import type { Workflow } from '../model/workflow.ts';
import type { DetailEntry, DetailSource, Session, WorkflowEntry } from './types.ts';

/** Opened at the same time at most; the longest unopened goes first. */
const MAX_ENTRIES = 100;

/** Content that was opened, from the event that brought it or from the detail source. */
export interface DetailCache {
  readonly details: ReadonlyMap<SpanKey, DetailEntry>;
  readonly workflow: WorkflowEntry;
  readonly load: (key: SpanKey) => Promise<Detail>;
  readonly loadWorkflow: () => Promise<Workflow | undefined>;
  /** The role or the identity changed: nothing that was loaded may stay. */
  clear(): void;
}

export interface DetailCacheOptions {
  /** Another one after the scope changed. */
  readonly readSource: () => DetailSource | undefined;
  readonly readEntities: () => EntityReader;
  readonly readSession: () => Session | undefined;
  readonly onChange: () => void;
}

interface Pending {
  readonly signature: string;
  readonly promise: Promise<Detail>;
}

export function createDetailCache({
  readSource,
  readEntities,
  readSession,
  onChange,
}: DetailCacheOptions): DetailCache {
  let details: ReadonlyMap<SpanKey, DetailEntry> = new Map();
  let workflow: WorkflowEntry = { state: 'idle' };
  let pending = new Map<SpanKey, Pending>();
  let pendingWorkflow: Promise<Workflow | undefined> | undefined;
  /** Grows when the identity changes: an answer to an older question is not for us. */
  let era = 0;

  const put = (key: SpanKey, entry: DetailEntry) => {
    const next = new Map(details);
    next.delete(key);
    next.set(key, entry);
    for (const oldest of next.keys()) {
      if (next.size <= MAX_ENTRIES) break;
      next.delete(oldest);
      pending.delete(oldest);
    }
    details = next;
    onChange();
  };

  const read = async (key: SpanKey, span: Span | undefined): Promise<Detail> => {
    if (!readSession()?.can.includes('read.payload')) throw forbidden();
    const inline = span?.detail;
    if (span && span.detailRefs === undefined) return inline ?? {};
    const source = readSource();
    if (!source) {
      if (inline) return inline;
      throw noSource();
    }
    return { ...(await source.loadDetail(key)), ...inline };
  };

  return {
    get details() {
      return details;
    },
    get workflow() {
      return workflow;
    },
    load(key) {
      const span = readEntities().getSpan(key);
      const signature = signatureOf(span);
      const known = pending.get(key);
      if (known?.signature === signature && details.get(key)?.state !== 'error') return known.promise;
      if (details.get(key)?.state !== 'ready') put(key, { state: 'loading' });
      const promise = read(key, span);
      pending.set(key, { signature, promise });
      // Asked for anew meanwhile, or by somebody who has left: the answer is not for this entry.
      const isCurrent = () => pending.get(key)?.promise === promise;
      promise.then(
        (detail) => {
          if (isCurrent()) put(key, { state: 'ready', detail });
        },
        (cause: unknown) => {
          if (isCurrent()) put(key, { state: 'error', code: codeOf(cause) });
        },
      );
      return promise;
    },
    loadWorkflow() {
      if (pendingWorkflow && workflow.state !== 'error') return pendingWorkflow;
      const asked = era;
      const settle = (entry: WorkflowEntry) => {
        if (asked !== era) return;
        workflow = entry;
        onChange();
      };
      settle({ state: 'loading' });
      const promise = readSource()?.loadWorkflow() ?? Promise.resolve(undefined);
      pendingWorkflow = promise;
      promise.then(
        (loaded) => settle({ state: 'ready', workflow: loaded }),
        (cause: unknown) => settle({ state: 'error', code: codeOf(cause) }),
      );
      return promise;
    },
    clear() {
      era += 1;
      details = new Map();
      workflow = { state: 'idle' };
      pending = new Map();
      pendingWorkflow = undefined;
      onChange();
    },
  };
}

/** Content is read again when it changed, not with every other change of the span. */
const signatureOf = (span: Span | undefined): string =>
  span ? `${JSON.stringify(span.detailRefs)}${span.detail ? Object.keys(span.detail).join() : ''}${span.status}` : '';

const codeOf = (cause: unknown): string => (cause instanceof MonitorError ? cause.code : 'detail.unreachable');

const forbidden = () =>
  new MonitorError('detail.forbidden', {
    happened: 'Content of a span was asked for without `read.payload`.',
    follows: 'It is not loaded.',
    todo: 'Use a token whose role may read content, e.g. developer.',
  });
const noSource = () =>
  new MonitorError('detail.unreachable', {
    happened: 'A span has content, but the store has no detail source.',
    follows: 'It cannot be shown.',
    todo: 'Give the store a `detailSource`, e.g. a relay client.',
  });
