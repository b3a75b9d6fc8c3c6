import { MonitorError } from '../model/errors.ts';
import type { AgentTimers } from './agentTimers.ts';

/** Names that the process declares, so that viewers see them even where a relay shows declared names only. */
export interface Catalogue {
  readonly agentNames?: readonly string[] | undefined;
  readonly toolNames?: readonly string[] | undefined;
  readonly guardrailNames?: readonly string[] | undefined;
  readonly modelNames?: readonly string[] | undefined;
  readonly workflowNames?: readonly string[] | undefined;
}

/**
 * Called for each text, number and boolean of the content before it is queued.
 * @param path - where it stands, e.g. `detail.input[0].content`
 * @returns what goes in its place; `undefined` leaves it out. If it throws, the value is left out and the event goes on.
 */
export type Redact = (path: string, value: string | number | boolean) => unknown;

/** A batch that did not get through, or events that the relay refused. Carries no content and no secret. */
export interface ProcessorTrouble {
  readonly kind: 'later' | 'barred' | 'refused' | 'spool';
  /** `http.401`, `net.ECONNREFUSED`, `spool.ENOSPC`, or the relay's own code for an event. */
  readonly code: string;
}

/** What every processor of ours takes. */
export interface ReporterOptions {
  /** Where the relay listens. Default: `SPANLIGHT_URL`, else `http://127.0.0.1:8090`. */
  readonly url?: string | undefined;
  /** Ingest token. Default: `SPANLIGHT_INGEST_TOKEN`. */
  readonly token?: string | undefined;
  /** Service this process belongs to. Default: `SPANLIGHT_SERVICE`, else the name of the npm package that was started. */
  readonly service?: string | undefined;
  /**
   * Whether content is sent: inputs, outputs, arguments, error texts, metadata. Default: `SPANLIGHT_INCLUDE_DETAIL`, else true.
   * What the SDK itself withholds (`traceIncludeSensitiveData: false`) is never sent.
   */
  readonly includeDetail?: boolean | undefined;
  readonly redact?: Redact | undefined;
  readonly catalogue?: Catalogue | undefined;
  /** Longest content of one part (input, output, …), UTF-8 bytes. Longer ones are cut and marked. Default: 100,000. */
  readonly maxDetailPartBytes?: number | undefined;
  /** Events that may wait for the relay. Default: 10,000. */
  readonly maxQueuedEvents?: number | undefined;
  /** Bytes that may wait for the relay. Default: 16 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * Folder where events are kept as well while the relay takes none, so that they outlive this process: the next one with the same
   * folder sends them. They hold content: keep it private. Default: `SPANLIGHT_SPOOL_DIR`, else none.
   */
  readonly spoolDir?: string | undefined;
  /** How long an event waits for company before it is sent, ms. Default: 100. */
  readonly flushEveryMs?: number | undefined;
  /** How often the process says that it is alive, ms. Default: 15,000. */
  readonly beatEveryMs?: number | undefined;
  /** Longest time of one POST, ms. Default: 10,000. */
  readonly postTimeoutMs?: number | undefined;
  /** How long the end of the process waits for the last events, ms. Default: 3,000. */
  readonly exitFlushMs?: number | undefined;
  /** Sends what waits before the process ends (`beforeExit`, SIGTERM, SIGINT). Default: true. */
  readonly flushOnExit?: boolean | undefined;
  /** Hears of every batch that did not get through. Default: one line on the console, the first time. */
  readonly onTrouble?: ((trouble: ProcessorTrouble) => void) | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Epoch ms. */
  readonly now?: (() => number) | undefined;
  /** [0, 1); spreads the retries of many processes. */
  readonly random?: (() => number) | undefined;
  readonly timers?: AgentTimers | undefined;
}

/** Options of `createSpanlightProcessor`; all have defaults. */
export interface SpanlightProcessorOptions extends ReporterOptions {
  /** Agents whose names, tools, guardrails and hand-offs are declared at the start; agents they hand off to are found. */
  readonly agents?: readonly unknown[] | undefined;
}

/** Address and token of the relay, from the options, else from the environment. */
export interface RelayAddress {
  readonly url: string;
  readonly token: string | undefined;
}

/** @throws {MonitorError} `agent.bad-url`, `agent.bad-token` */
export function resolveRelayAddress(
  options: { readonly url?: string | undefined; readonly token?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): RelayAddress {
  const named = options.url ?? (env.SPANLIGHT_URL || undefined);
  const token = options.token ?? (env.SPANLIGHT_INGEST_TOKEN || undefined);
  return { url: checkedUrl(named ?? 'http://127.0.0.1:8090'), token: checkedToken(token) };
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && !url.username && !url.password) {
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  }
  throw new MonitorError('agent.bad-url', {
    happened: 'The address of the relay is no http or https URL, or it carries a user name or a password.',
    follows: 'Nothing could be sent.',
    todo: 'Set SPANLIGHT_URL, or the option url, to an address like http://127.0.0.1:8090.',
  });
}

function checkedToken(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw new MonitorError('agent.bad-token', {
    happened: 'The ingest token has characters that an HTTP header cannot carry.',
    follows: 'Nothing could be sent.',
    todo: 'Set SPANLIGHT_INGEST_TOKEN, or the option token, to the token of the relay, without spaces or line ends.',
  });
}
