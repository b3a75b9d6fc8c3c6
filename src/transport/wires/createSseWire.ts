import { createParser } from 'eventsource-parser';
import type { Wire } from '../types.ts';
import { createAttemptWire } from './createAttemptWire.ts';
import { type HttpWireOptions, postHello, readRefusal } from './postHello.ts';
import { streamUrl } from './streamUrl.ts';

/** Server-sent events by a streaming `fetch`: passes where a proxy lets no WebSocket through. */
export function createSseWire({ url, fetchImpl }: HttpWireOptions): Wire {
  const address = streamUrl(url, 'http');

  return createAttemptWire('sse', async (attempt, hello) => {
    const { signal } = attempt;
    const response = await postHello(hello, { address, accept: 'text/event-stream', signal, fetchImpl });
    if (!response.ok) return attempt.end(await readRefusal(response));
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      return attempt.end({ code: 'transport.no-stream', canRetry: true });
    }
    let isComment = false;
    const parser = createParser({
      onEvent: ({ data }) => attempt.deliver(data),
      onComment() {
        isComment = true;
      },
    });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    while (attempt.isCurrent) {
      const { done, value } = await reader.read();
      if (done) return attempt.end({ code: 'transport.lost', canRetry: true });
      isComment = false;
      parser.feed(decoder.decode(value, { stream: true }));
      // a proxy may send comments for ever in the place of a relay that is gone
      if (!isComment) attempt.progress();
    }
  });
}
