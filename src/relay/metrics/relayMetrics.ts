import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { IngestVerdict } from '../../model/wire.ts';
import type { FanOut } from '../fan-out/FanOut.ts';
import type { RelayHealth } from '../health/relayHealth.ts';
import type { RedisEvents } from '../redis-events/createRedisEvents.ts';
import type { ProjectStreams } from '../wire/projectStreams.ts';
import type { StreamHub } from '../wire/streamHub.ts';
import { createMetricBook } from './metricBook.ts';

/** What the relay counts about itself. */
export interface RelayMetrics {
  verdicts(verdicts: readonly Pick<IngestVerdict, 'st'>[]): void;
  /** How long the log took to commit, ms. */
  committed(ms: number): void;
  missingEvents(count: number): void;
  /** From the commit of an event to its way out to so many readers, ms. */
  delivered(lagMs: number, readers: number): void;
  answered(route: string, status: number): void;
  closed(code: number | undefined): void;
  /** Reads the rest where it is, once all of it stands. */
  watch(parts: WatchedParts): void;
  text(): string;
  close(): void;
}

export interface WatchedParts {
  readonly hub: StreamHub;
  readonly streams: ProjectStreams;
  readonly fanOut: FanOut;
  readonly redisEvents: RedisEvents | undefined;
  readonly health: RelayHealth;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createRelayMetrics(): RelayMetrics {
  const book = createMetricBook();
  const verdicts = book.counter('spanlight_ingest_events_total', 'Events by verdict.');
  const commits = book.histogram('spanlight_commit_seconds', 'Time the log took to store a batch.', SECONDS);
  const missing = book.counter(
    'spanlight_producer_missing_events_total',
    'Events missing in the numbers of producers.',
  );
  const lag = book.histogram(
    'spanlight_delivery_lag_seconds',
    'From the commit of an event to its way out to a reader.',
    SECONDS,
  );
  const requests = book.counter('spanlight_http_requests_total', 'Requests by route and class of status.');
  const closes = book.counter('spanlight_stream_closed_total', 'Readers that went, by close code of the relay.');
  const loop = watchLoop();
  book.gauge('spanlight_event_loop_delay_seconds', 'Delay of the event loop since the last scrape.', () => loop.read());
  book.gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
  book.total('process_cpu_seconds_total', 'CPU time of the process.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  book.gauge('process_uptime_seconds', 'Age of the process.', () => process.uptime());

  return {
    verdicts(list) {
      const counts = { ok: 0, dup: 0, bad: 0 };
      for (const { st } of list) counts[st] += 1;
      for (const [verdict, count] of Object.entries(counts)) if (count > 0) verdicts.add({ verdict }, count);
    },
    committed: (ms) => commits.observe(ms / 1000),
    missingEvents: (count) => missing.add({}, count),
    delivered: (lagMs, readers) => lag.observe(Math.max(0, lagMs) / 1000, readers),
    answered: (route, status) => requests.add({ route, status: `${Math.floor(status / 100)}xx` }),
    closed: (code) => closes.add({ code: code === undefined ? 'by-reader' : String(code) }),
    watch: (parts) => watchParts(book, parts),
    text: () => book.text(),
    close: () => loop.close(),
  };
}

function watchParts(book: ReturnType<typeof createMetricBook>, parts: WatchedParts): void {
  const { hub, streams, fanOut, redisEvents, health } = parts;
  book.gauge('spanlight_connections', 'Readers by wire.', () =>
    Object.entries<number>(hub.figures.byWire).map(([wire, count]) => [{ wire }, count] as const),
  );
  book.gauge('spanlight_stalled_readers', 'Readers that do not take what they were sent.', () => hub.figures.stalled);
  book.gauge('spanlight_unsent_bytes', 'Sent to readers and not taken yet.', () => hub.figures.bufferedBytes);
  book.gauge(
    'spanlight_snapshot_bytes',
    'Snapshots held for readers that have not taken them yet; what several share counts once.',
    () => streams.figures.snapshotBytes,
  );
  book.gauge('spanlight_ring_events', 'Events held ready for live readers.', () => streams.figures.ringEvents);
  book.gauge('spanlight_ring_bytes', 'Bytes of them.', () => streams.figures.ringBytes);
  book.gauge(
    'spanlight_log_events',
    'Newest number of the log, over the projects that are read.',
    () => streams.figures.headSum,
  );
  book.gauge('spanlight_dependency_up', 'What the relay leans on: 1 works, 0 does not.', () =>
    health.dependencies.map(({ name, isUp }) => [{ name }, isUp ? 1 : 0] as const),
  );
  book.total(
    'spanlight_fan_out_dropped_messages_total',
    'Wake-ups to other relays that were let go.',
    () => fanOut.figures.droppedMessages,
  );
  book.total(
    'spanlight_fan_out_refused_messages_total',
    'News that no relay of this log had signed, or not lately.',
    () => fanOut.figures.refusedMessages,
  );
  if (!redisEvents) return;
  const inputs = () => [...redisEvents.figures.values()];
  const sum = (pick: (figures: ReturnType<typeof inputs>[number]) => number) =>
    inputs().reduce((all, figures) => all + pick(figures), 0);
  book.total('spanlight_redis_messages_total', 'Messages of the input channels.', () =>
    sum(({ messages }) => messages),
  );
  book.total('spanlight_redis_dropped_messages_total', 'Messages let go since the log took nothing.', () =>
    sum(({ droppedMessages }) => droppedMessages),
  );
  book.total('spanlight_redis_issues_total', 'Messages that were not taken.', () =>
    sum(({ issues }) => [...issues.values()].reduce((all, count) => all + count, 0)),
  );
}

function watchLoop() {
  const histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  return {
    read() {
      const seconds = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
      const samples = [
        [{ quantile: '0.5' }, seconds(histogram.percentile(50))],
        [{ quantile: '0.99' }, seconds(histogram.percentile(99))],
        [{ quantile: '1' }, seconds(histogram.max)],
      ] as const;
      histogram.reset();
      return samples;
    },
    close: () => void histogram.disable(),
  };
}
