import type { Detail } from '../model/detail.ts';
import { type EventType, SCHEMA_VERSION } from '../model/event.ts';
import type { EventQueue } from './eventQueue.ts';
import { limitDetail } from './limitDetail.ts';
import { limitFields } from './limitFields.ts';
import type { Redact } from './options.ts';
import { uuidV7 } from './uuidV7.ts';

/** A fact before it has its envelope. */
export interface EventDraft {
  readonly type: EventType;
  /** Epoch ms, by this process. */
  readonly ts: number;
  readonly run?: string | undefined;
  readonly span?: string | undefined;
  readonly parent?: string | undefined;
  readonly ref?: string | undefined;
  readonly a: object;
  readonly detail?: Detail | undefined;
}

export interface EmitterOptions {
  readonly queue: Pick<EventQueue, 'push'>;
  readonly producerId: string;
  readonly includeDetail: boolean;
  readonly maxDetailPartBytes: number;
  readonly redact: Redact | undefined;
  readonly now: () => number;
}

/** @returns puts a fact into its envelope, numbers it and queues it as text. What is let go later leaves a hole in the numbers. */
export function createEventEmitter(options: EmitterOptions): (draft: EventDraft) => void {
  const { queue, redact } = options;
  const producer = JSON.stringify(options.producerId);
  let lastNumber = 0;
  return (draft) => {
    const { type, ts, run, span, parent, ref } = draft;
    const id = uuidV7(options.now());
    const a = JSON.stringify(limitFields(draft.a, redact));
    const content = options.includeDetail ? limitDetail(draft.detail, options.maxDetailPartBytes, redact) : undefined;
    lastNumber += 1; // only now: an event that could not be made has no number
    // put together by hand: an object for it would be made, read and let go on the agent's thread
    const prod = `{"id":${producer},"n":${lastNumber}}`;
    const place = member('run', run) + member('span', span) + member('parent', parent) + member('ref', ref);
    const head = `{"id":"${id}","type":"${type}","sv":${SCHEMA_VERSION},"ts":${JSON.stringify(ts)},"prod":${prod}${place},"a":${a}}`;
    queue.push({ id, type, head, content });
  };
}

const member = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `,"${name}":${JSON.stringify(text)}`;
