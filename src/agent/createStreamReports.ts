import type { LiveSender } from './liveSender.ts';
import type { ModelCall, OpenCalls } from './openCalls.ts';
import { readProperty } from './readProperty.ts';
import { currentRunId, runIdOfState } from './runIdOf.ts';
import { readStreamItem } from './textDelta.ts';

/** Whose text a stream is. */
export interface StreamOptions {
  /** The trace it belongs to. Default: that of the stream, else the active one. */
  readonly runId?: string | undefined;
  /** The span of the model call that writes. Default: the model call of the trace that is running. */
  readonly spanId?: string | undefined;
}

/** Text of running model calls. */
export interface StreamReports {
  /**
   * Shows what a model writes while it writes, to who has its run open and may read payloads. Nothing of it is stored.
   * Put it around the stream that you read anyway: `for await (const event of processor.reportStream(result))`.
   * Every item comes through unchanged and without delay.
   * @param stream - a streamed run of the OpenAI Agents SDK, its text stream, or any async iterable of texts or of stream
   *   events (AI SDK, Responses API, Chat Completions)
   */
  reportStream<Item>(stream: AsyncIterable<Item>, options?: StreamOptions): AsyncIterable<Item>;
}

export interface StreamReportsOptions {
  readonly calls: OpenCalls;
  readonly sender: LiveSender;
  /** `false`: no content leaves the process. */
  readonly isContentSent: boolean;
}

export function createStreamReports({ calls, sender, isContentSent }: StreamReportsOptions): StreamReports {
  /** Follows one stream: which call its items belong to. Answers are taken in the order in which the calls began. */
  function createListener(stream: unknown, options: StreamOptions): (item: unknown) => void {
    const sinceTick = calls.tick;
    const activeRunId = options.runId ?? currentRunId();
    let agentName = asName(readProperty(readProperty(stream, 'currentAgent'), 'name'));
    let call: ModelCall | undefined;
    let isBegun = false;

    const bind = () => {
      const runId = options.runId ?? runIdOfState(stream) ?? activeRunId;
      if (runId === undefined) return;
      call = calls.next(runId, agentName, call?.startedAt ?? 0, sinceTick) ?? (isBegun ? undefined : call);
    };

    return (item) => {
      const sign = readStreamItem(item);
      if (!sign) return;
      if (sign.kind === 'agent') {
        agentName = sign.name;
      } else if (sign.kind === 'begin') {
        isBegun = true;
        bind();
      } else if (options.spanId !== undefined) {
        const runId = options.runId ?? runIdOfState(stream) ?? activeRunId;
        if (runId !== undefined) sender.write(runId, options.spanId, sign.text);
      } else {
        if (!call) bind();
        if (call?.hasContent && call.endedAt === undefined) sender.write(call.runId, call.spanId, sign.text);
      }
    };
  }

  return {
    async *reportStream(stream, options = {}) {
      const listen = isContentSent ? createListener(stream, options) : undefined;
      for await (const item of stream) {
        try {
          listen?.(item);
        } catch {
          // whatever the item is: the agent gets it
        }
        yield item;
      }
    },
  };
}

const asName = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
