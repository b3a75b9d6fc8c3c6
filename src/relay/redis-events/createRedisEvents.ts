import type { MonitorEvent } from '../../model/event.ts';
import type { DependencyState } from '../health/DependencyState.ts';
import type { Ingest } from '../ingest/createIngest.ts';
import type { KeyedEventIds } from '../ingest/keyedEventIds.ts';
import { channelPublisher } from '../ingest/Sender.ts';
import { createRedisLink, type RedisLinkOptions } from '../redis/redisLink.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import { type ChannelFigures, createChannelInput } from './channelInput.ts';
import { decisionMessageOf } from './decisionMessage.ts';
import { createStreamCatchUp } from './streamCatchUp.ts';

export interface RedisEventsOptions extends RedisLinkOptions {
  readonly channels: readonly { readonly channel: string; readonly project: string }[];
  readonly prefix: string;
  readonly control: { readonly channel: string; readonly key: string } | undefined;
  readonly ingest: Ingest;
  readonly eventIds: KeyedEventIds;
  readonly log: RunLog;
  /** How often the streams beside the channels are looked at, ms. Default 5000. */
  readonly catchUpMs?: number | undefined;
}

/**
 * What SDK processes publish on Redis channels comes in here, and decisions go back on the control channel. Pub/Sub forgets what
 * nobody hears: publishers that may lose nothing also write a capped stream `<channel>.log`, which is read after every gap.
 */
export interface RedisEvents {
  readonly state: DependencyState;
  /** By channel. */
  readonly figures: ReadonlyMap<string, ChannelFigures>;
  /** @returns unsubscribe */
  onState(listener: (state: DependencyState) => void): () => void;
  /** Tells agents of the decisions among events of somebody who may decide, once they are stored. */
  tellDecisions(project: string, events: readonly MonitorEvent[]): void;
  close(): Promise<void>;
}

const CATCH_UP_MS = 5000;
const DRAIN_MS = 3000;

export function createRedisEvents(options: RedisEventsOptions): RedisEvents {
  const { channels, control, ingest, log, report, now } = options;
  const inputs = new Map(
    channels.map(({ channel, project }) => {
      const take = (name: string, values: readonly unknown[]) => ingest.takeValues(name, values, channelPublisher);
      const hash = options.eventIds(project);
      return [channel, createChannelInput({ channel, project, take, hash, now, report })] as const;
    }),
  );
  const hearers = Object.fromEntries(
    [...inputs].map(([channel, input]) => [channel, (text: string) => input.push(text)]),
  );
  const link = createRedisLink(options, hearers);
  const rounds = new Map<string, () => Promise<void>>();

  const catchUp = async ({ channel, project }: (typeof channels)[number]) => {
    const input = inputs.get(channel);
    if (!input || !link.state.isUp) return;
    // a log that began anew has nothing of what another one had: its place is its own
    const { epoch } = await log.head(project);
    const placeKey = `${options.prefix}:place:${channel}:${epoch}`;
    const round =
      rounds.get(placeKey) ??
      createStreamCatchUp({ link, stream: `${channel}.log`, placeKey, store: (texts) => input.store(texts), report });
    rounds.set(placeKey, round);
    await round();
  };
  const catchUpAll = () => {
    for (const channel of channels) catchUp(channel).catch(() => {}); // the log's own watch says that it is down
  };
  link.onState(({ isUp }) => isUp && catchUpAll());
  const timer = setInterval(catchUpAll, options.catchUpMs ?? CATCH_UP_MS);
  timer.unref();

  return {
    get state() {
      return link.state;
    },
    get figures() {
      return new Map([...inputs].map(([channel, input]) => [channel, input.figures]));
    },
    onState: (listener) => link.onState(listener),
    tellDecisions(project, events) {
      if (!control) return;
      for (const event of events) {
        const message = decisionMessageOf(project, event, control.key, now());
        if (message !== undefined) link.publish(control.channel, message);
      }
    },
    async close() {
      clearInterval(timer);
      await Promise.all([...inputs.values()].map((input) => input.close(DRAIN_MS)));
      await link.close();
    },
  };
}
