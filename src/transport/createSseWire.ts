import { createParser } from 'eventsource-parser';
import type { HelloFrame } from '../model/wire.ts';
import { type HttpWireOptions, postHello, readRefusal } from './postHello.ts';
import { streamUrl } from './streamUrl.ts';
import type { Wire, WireSink } from './types.ts';

/** Server-sent events by a streaming `fetch`: passes where a proxy lets no WebSocket through. */
export function createSseWire({ url, fetchImpl }: HttpWireOptions): Wire {
  const address = streamUrl(url, 'http');
  /** The request under way; an older one may still call back and must not speak for it. */
  let current: AbortController | undefined;

  const close = () => {
    const old = current;
    current = undefined;
    old?.abort();
  };

  const follow = async (own: AbortController, hello: HelloFrame, sink: WireSink) => {
    const { signal } = own;
    const response = await postHello(hello, { address, accept: 'text/event-stream', signal, fetchImpl });
    if (own !== current) return;
    if (!response.ok) {
      const refusal = await readRefusal(response);
      if (own === current) sink.onClosed(refusal);
      return;
    }
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      own.abort();
      sink.onClosed({ code: 'transport.no-stream', canRetry: true });
      return;
    }
    const parser = createParser({
      onEvent({ data }) {
        if (own === current) sink.onData(data);
      },
    });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (own !== current) return;
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
    }
    sink.onClosed({ code: 'transport.lost', canRetry: true });
  };

  const open = (hello: HelloFrame, sink: WireSink) => {
    close();
    const own = new AbortController();
    current = own;
    follow(own, hello, sink).catch((cause: unknown) => {
      if (own !== current) return;
      current = undefined;
      sink.onClosed({ code: 'transport.unreachable', canRetry: true, cause });
    });
  };

  return {
    kind: 'sse',
    open,
    setSubs(_subs, hello, sink) {
      if (current) open(hello, sink); // else the hello that is about to be said has them
    },
    close,
  };
}
