import type { Detail } from '../model/detail.ts';
import { MonitorError } from '../model/errors.ts';
import type { ExportSource } from '../model/exportQuery.ts';
import { type RunId, type SpanKey, splitSpanKey } from '../model/ids.ts';
import type { Scope } from '../model/scope.ts';
import { SCOPE_HEADER } from '../model/wire.ts';
import type { Workflow } from '../model/workflow.ts';
import {
  type AskedAnswer,
  createHistoryCalls,
  exportPathOf,
  faultOfStatus,
  unreachableHistory,
} from './historyCalls.ts';
import type { TokenSource } from './session/createResumingTransport.ts';
import type { HistoryCalls } from './types.ts';
import { relayBaseUrl } from './wires/streamUrl.ts';

/** Where a relay is, and who asks. */
export interface RelayClientOptions {
  /** The same address as for the stream. */
  readonly url: string;
  readonly getToken: TokenSource;
  /** Only runs in this scope: narrows what the token allows. A store with a scope asks within its own. */
  readonly scope?: Scope | undefined;
  readonly fetchImpl?: typeof fetch | undefined;
  /** No answer for so long is none. Default 15,000 ms. */
  readonly timeoutMs?: number | undefined;
}

/** Reads from the relay over HTTP: what no stream carries. Fits the `detailSource` and the `historySource` of a store. */
export interface RelayClient extends HistoryCalls, ExportSource {
  /** A client that asks within this scope, in place of the one this client was made with. `undefined`: as this client. */
  withScope(scope: Scope | undefined): RelayClient;
  /** @throws {MonitorError} `detail.forbidden`, `detail.not-found`, `detail.unreachable` */
  loadDetail(key: SpanKey): Promise<Detail>;
  /** Content of a run: its metadata. Throws as {@link loadDetail}. */
  loadRunDetail(runId: RunId): Promise<Detail>;
  /** The arguments that wait for a decision. Throws as {@link loadDetail}. */
  loadApprovalDetail(runId: RunId, callId: string): Promise<Detail>;
  /** Content of one event, e.g. the text of a log line. Throws as {@link loadDetail}. */
  loadEventDetail(eventId: string): Promise<Detail>;
  /** `undefined`: the project declares none. */
  loadWorkflow(): Promise<Workflow | undefined>;
}

/**
 * Reads content, history and exports from a relay, with the token of each moment.
 * @throws {MonitorError} `transport.bad-url`
 */
export function createRelayClient(options: RelayClientOptions): RelayClient {
  const { url, getToken, scope, fetchImpl, timeoutMs = 15_000 } = options;
  const baseUrl = relayBaseUrl(url);

  const ask = async (path: string, signal?: AbortSignal, as: 'json' | 'blob' = 'json'): Promise<AskedAnswer> => {
    const doFetch = fetchImpl ?? globalThis.fetch;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    const giveUp = () => abort.abort();
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted) giveUp();
    try {
      const token = await getToken();
      const headers = {
        accept: as === 'json' ? 'application/json' : '*/*',
        authorization: `Bearer ${token}`,
        ...(scope && { [SCOPE_HEADER]: encodeURIComponent(JSON.stringify(scope)) }),
      };
      const init = { headers, signal: abort.signal, credentials: 'omit', cache: 'no-store' } as const;
      const response = await doFetch(baseUrl + path, init);
      return response.ok ? { status: 200, body: await response[as]() } : { status: response.status };
    } catch (cause) {
      throw unreachable('The relay did not answer', cause);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  };

  /** A refused token is asked for once more: it may have run out meanwhile. */
  const askTwice = async (path: string, signal?: AbortSignal, as?: 'json' | 'blob'): Promise<AskedAnswer> => {
    const answer = await ask(path, signal, as);
    return answer.status === 401 ? ask(path, signal, as) : answer;
  };

  /** `undefined`: not found. */
  const load = async (path: string): Promise<unknown> => {
    const answer = await askTwice(path);
    if (answer.status === 401 || answer.status === 403) throw forbidden();
    if (answer.status !== 200 && answer.status !== 404) {
      throw unreachable(`The relay answered with status ${answer.status}`);
    }
    return answer.body;
  };

  const loadPayload = async (...steps: readonly string[]): Promise<Detail> => {
    const body = await load(`/v1/${steps.map(encodeURIComponent).join('/')}/payload`);
    const detail = (body as { detail?: unknown } | undefined)?.detail;
    if (typeof detail !== 'object' || detail === null) throw notFound();
    return detail;
  };

  return {
    ...createHistoryCalls(askTwice),
    withScope: (next) => createRelayClient({ ...options, scope: next ?? scope }),
    loadDetail(key) {
      const { runId, spanId } = splitSpanKey(key);
      return loadPayload('runs', runId, 'spans', spanId);
    },
    loadRunDetail: (runId) => loadPayload('runs', runId),
    loadApprovalDetail: (runId, callId) => loadPayload('runs', runId, 'approvals', callId),
    loadEventDetail: (eventId) => loadPayload('events', eventId),
    async exportRuns(query) {
      let answer: AskedAnswer;
      try {
        answer = await askTwice(exportPathOf(query), undefined, 'blob');
      } catch (cause) {
        throw unreachableHistory(cause);
      }
      if (answer.status === 200 && answer.body instanceof Blob) return answer.body;
      throw faultOfStatus(answer.status);
    },
    async loadWorkflow() {
      const body = await load('/v1/workflow');
      const workflow = (body as { workflow?: unknown } | undefined)?.workflow;
      return isWorkflow(workflow) ? workflow : undefined;
    },
  };
}

/** The relay checked the file against its schema; this only keeps a foreign answer from being drawn. */
const isWorkflow = (value: unknown): value is Workflow => {
  const { nodes, edges } = (value ?? {}) as { nodes?: unknown; edges?: unknown };
  return Array.isArray(nodes) && Array.isArray(edges);
};

const forbidden = () =>
  new MonitorError('detail.forbidden', {
    happened: 'The relay refused to hand out content.',
    follows: 'It is not shown.',
    todo: 'Sign in again, or use a token with the capability `read.payload`.',
  });
const notFound = () =>
  new MonitorError('detail.not-found', {
    happened: 'The relay holds no content for a span.',
    follows: 'There is nothing to show.',
    todo: 'Check the retention of the relay, or whether it stores payloads at all.',
  });
const unreachable = (happened: string, cause?: unknown) =>
  new MonitorError(
    'detail.unreachable',
    {
      happened: `${happened}.`,
      follows: 'Content cannot be shown now.',
      todo: 'Try again when the relay is reachable.',
    },
    { cause },
  );
