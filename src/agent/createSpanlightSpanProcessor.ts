import { OtlpReading } from '../adapters/otlp/index.ts';
import type { MonitorEvent } from '../model/event.ts';
import { createBoundedMap } from './boundedMap.ts';
import { createReporter, type ReporterStats } from './createReporter.ts';
import type { ReporterOptions } from './options.ts';
import { readOtelSpan } from './readOtelSpan.ts';

/** What a filter can ask a span for; it is a `ReadableSpan` of `@opentelemetry/sdk-trace-base`, versions 1 and 2. */
export interface SpanToFilter {
  readonly name: string;
  /** As the SDK counts kinds: 0 is internal, 2 a client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Options of {@link createSpanlightSpanProcessor}; all have defaults. */
export interface SpanlightSpanProcessorOptions extends ReporterOptions {
  /**
   * Which spans are reported. Default: all that are sampled. An application that is instrumented throughout reports its database
   * too: `(span) => Object.keys(span.attributes).some((name) => name.startsWith('gen_ai.'))` leaves that out.
   */
  filter?(span: SpanToFilter): boolean; // a method: a filter that takes a `ReadableSpan` fits as well
}

/** A `SpanProcessor` of OpenTelemetry's SDK for JavaScript, by its shape: versions 1 and 2. */
export interface SpanlightSpanProcessor {
  onStart(span: unknown, parentContext?: unknown): void;
  onEnd(span: unknown): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
  readonly stats: ReporterStats;
}

/** What was declared of runs and is remembered, so that it is sent once and not with each span. */
const REMEMBERED = 10_000;

/** The SDK's attributes are plain values already. */
const valueOf = (raw: unknown): unknown => raw;

/**
 * Reports the spans of an OpenTelemetry SDK to a Spanlight relay when they start and when they end, so that running work shows.
 * Use it in place of an exporter to the relay, or beside it: both say the same of a span, and nothing counts twice.
 *
 * Nothing in it throws into the application, waits for the network or holds a callback up.
 * @throws {MonitorError} `agent.bad-url`, `agent.bad-token` when it is made, never later
 */
export function createSpanlightSpanProcessor(options: SpanlightSpanProcessorOptions = {}): SpanlightSpanProcessor {
  let sdkVersion: string | undefined;
  const reporter = createReporter(options, {
    sdk: 'opentelemetry',
    get sdkVersion() {
      return sdkVersion;
    },
  });
  const { emit, observe, now } = reporter;
  const declared = createBoundedMap<true>(REMEMBERED);

  const takeEvent = (event: MonitorEvent, isTop: boolean): void => {
    const { type, ts, run, span, parent, detail } = event;
    let a: object = event.a;
    if (type === 'run.start' || type === 'run.end') {
      // a reading takes the topmost span it has for the name of the run; here that is every span
      if (!isTop) a = { ...a, name: undefined };
      const facts = `${run} ${JSON.stringify([type, a])}`;
      if (declared.get(facts)) return;
      declared.set(facts, true);
    }
    emit({ type, ts, run, span, parent, a, detail });
  };

  const take = (raw: unknown, isEnded: boolean): void => {
    if (options.filter && !options.filter(raw as SpanToFilter)) return;
    const reading = readOtelSpan(raw, isEnded);
    if (!reading?.isSampled) return;
    const otlp = new OtlpReading({ valueOf, receivedAtMs: now() });
    otlp.spans([reading.span], reading.group, 'spans');
    otlp.finish();
    const isTop = !otlp.events[0]?.parent;
    for (const event of otlp.events) takeEvent(event, isTop);
  };

  const noteVersion = (raw: unknown): void => {
    const version = (raw as { resource?: { attributes?: Record<string, unknown> } }).resource?.attributes?.[
      'telemetry.sdk.version'
    ];
    if (typeof version === 'string') sdkVersion = version;
  };

  return {
    onStart(span) {
      if (sdkVersion === undefined) {
        try {
          noteVersion(span);
        } catch {} // whatever it is, `observe` counts it
      }
      void observe(() => take(span, false));
    },
    onEnd(span) {
      void observe(() => take(span, true));
    },
    forceFlush: () => reporter.forceFlush(),
    shutdown: () => reporter.shutdown(),
    get stats() {
      return reporter.stats;
    },
  };
}
