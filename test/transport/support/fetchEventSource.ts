import { createParser } from 'eventsource-parser';

/** What the platform's `EventSource` does, for Node: opens once, calls `onerror` when the stream ends or is refused. */
export class FetchEventSource {
  onmessage: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  private readonly abort = new AbortController();

  constructor(url: string) {
    this.follow(url)
      .catch(() => undefined)
      .finally(() => {
        if (!this.abort.signal.aborted) this.onerror?.({} as never);
      });
  }

  close(): void {
    this.abort.abort();
  }

  private async follow(url: string): Promise<void> {
    const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: this.abort.signal });
    if (response.status !== 200) return;
    const parser = createParser({ onEvent: ({ data }) => this.onmessage?.({ data } as never) });
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      parser.feed(decoder.decode(chunk, { stream: true }));
    }
  }
}
