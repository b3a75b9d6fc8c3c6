import { valueOf } from './traceFixtures.ts';

export type RawSpan = Readonly<Record<string, unknown>>;

/** An export request of one span. */
export interface OtlpRequest {
  readonly resourceSpans: readonly [
    {
      readonly resource?: unknown;
      readonly scopeSpans: readonly [{ readonly scope?: unknown; readonly spans: readonly [RawSpan] }];
    },
  ];
}

interface Post {
  readonly resourceSpans: readonly {
    readonly resource?: unknown;
    readonly scopeSpans: readonly { readonly scope?: unknown; readonly spans: readonly RawSpan[] }[];
  }[];
}

/** Every span of a captured file as a request of its own. */
export function requestsOf(file: string): OtlpRequest[] {
  const posts = valueOf(file) as readonly (Post & { readonly body?: Post })[];
  return posts.flatMap((post) =>
    (post.body ?? post).resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ scope, spans }) =>
        spans.map((span): OtlpRequest => ({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] })),
      ),
    ),
  );
}

export const spanOf = ({ resourceSpans: [{ scopeSpans }] }: OtlpRequest): RawSpan => scopeSpans[0].spans[0];

/** The same request with its span changed. */
export function withSpan(request: OtlpRequest, change: (span: RawSpan) => RawSpan): OtlpRequest {
  const [{ resource, scopeSpans }] = request.resourceSpans;
  const [{ scope, spans }] = scopeSpans;
  return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [change(spans[0])] }] }] };
}
