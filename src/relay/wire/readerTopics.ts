import type { ErrorFrame, LiveFrame } from '../../model/wire.ts';
import type { Lens } from '../projection/createLens.ts';
import { asSubscription, type Hello, type SubChange } from './clientFrames.ts';
import { resolveDetail } from './detailChoice.ts';
import { type EventFilter, subscriptionKey } from './eventFilter.ts';
import { createLiveFeed } from './liveFeed.ts';
import type { ProjectStream } from './projectStream.ts';
import type { ReadyFrame } from './readyFrame.ts';
import type { RowReader, RowsSince } from './rowStream.ts';
import type { SnapshotFeed } from './snapshotFeed.ts';
import { createSubscriptionSet } from './subscriptionSet.ts';

/** What one reader asked for, and what follows from it beside the tail: snapshots of what it opens, rows, text of running calls. */
export interface ReaderTopics {
  /** The events that it gets of the tail. */
  filter(): EventFilter;
  /** Takes the subscriptions of the hello. @returns `'too-many'`: nothing was taken */
  begin(subs: Hello['subs']): 'ok' | 'too-many';
  /** The tail begins. @param resumedAtSeq - of a reader that comes back and has everything up to there */
  follow(hello: Hello, resumedAtSeq: number | undefined): void;
  /** @returns whether there is more to send; `'too-many'`: nothing was changed */
  change(change: SubChange): boolean | 'too-many';
  /**
   * Who leaves it to the relay gets every event while the project is calm, rows while it is busy.
   * @returns whether it gets something else from now on
   */
  followLoad(): boolean;
  /** What has no place in the log. */
  next(): LiveFrame | ReadyFrame | undefined;
  close(): void;
}

export interface ReaderTopicsOptions {
  readonly stream: ProjectStream;
  readonly lens: Lens;
  readonly feed: SnapshotFeed;
  /** Asked for every piece of running text. */
  readonly mayReadPayload: () => boolean;
  /** Told of each subscription that cannot be served. */
  readonly refuse: (error: ErrorFrame) => void;
}

export function createReaderTopics({ stream, lens, feed, ...options }: ReaderTopicsOptions): ReaderTopics {
  const wanted = createSubscriptionSet(lens, options.refuse);
  const live = createLiveFeed(
    stream.live,
    (runId) => lens.view === 'names' && options.mayReadPayload() && lens.hasRun(runId),
    stream.projection.redactor,
  );
  let rows: RowReader | undefined;

  /** @param since - of a reader that comes back */
  const followRows = (since?: RowsSince) => {
    if (wanted.rowFilter.isNothing) {
      rows?.leave();
      rows = undefined;
    } else if (rows) {
      rows.rewind();
    } else {
      rows = stream.rows.join(lens, since);
    }
  };

  const askForOverview = () => feed.ask(wanted.resolved.filter(({ sub }) => sub === 'overview'));

  /** A reader of a scope gets few events, however busy the others are. */
  const isBusy = () => stream.load.isBusy && !lens.isScoped;

  const remove = (subs: SubChange['subs']) => {
    const known = subs.map(asSubscription).filter((sub) => sub !== undefined);
    feed.forget(new Set(known.map(subscriptionKey)));
    const { key } = wanted.rowFilter;
    wanted.remove(subs);
    if (wanted.rowFilter.key !== key) followRows();
    live.setSubs(wanted.subs);
  };

  return {
    filter: () => wanted.filter,
    begin(subs) {
      wanted.setBusy(isBusy());
      if (wanted.add(subs) === 'too-many') return 'too-many';
      live.setSubs(wanted.subs);
      return 'ok';
    },
    follow(hello, resumedAtSeq) {
      if (resumedAtSeq === undefined) return followRows();
      followRows({ cursorSeq: resumedAtSeq, at: hello.rows });
      live.setMarks(hello.live ?? []);
      // a reader that comes back may ask for more than before: what it asks for by name it gets whole
      if (!wanted.filter.isEverything) {
        const whole = new Set(hello.whole);
        feed.ask(wanted.subs.filter(({ sub, filter }) => sub.includes(':') && (filter || !whole.has(sub))));
      }
      // it had rows while the project was busy: what it was not sent, it gets now that it is calm
      if (wanted.leavesChoice && !wanted.isBusy && !hello.whole?.includes('overview')) askForOverview();
    },
    change({ t, subs }) {
      if (t === 'unsub') {
        remove(subs);
        return false;
      }
      const hadEverything = wanted.filter.isEverything;
      const { key } = wanted.rowFilter;
      const added = wanted.add(subs);
      if (added === 'too-many') return added;
      live.setSubs(wanted.subs);
      if (wanted.rowFilter.key !== key) followRows();
      if (added.length === 0) return false;
      if (!hadEverything) feed.ask(resolveDetail(added, wanted.isBusy)); // what is asked for later comes whole; the cursor stays
      return true;
    },
    followLoad() {
      if (!wanted.leavesChoice || wanted.isBusy === isBusy()) return false;
      wanted.setBusy(!wanted.isBusy);
      followRows();
      if (!wanted.isBusy) askForOverview(); // what it was not sent
      return true;
    },
    next: () => live.next() ?? rows?.next(wanted.rowFilter),
    close: () => rows?.leave(),
  };
}
