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
  const { queue, producerId, redact } = options;
  let lastNumber = 0;
  return (draft) => {
    const id = uuidV7(options.now());
    const head = JSON.stringify({
      id,
      type: draft.type,
      sv: SCHEMA_VERSION,
      ts: draft.ts,
      prod: { id: producerId, n: lastNumber + 1 },
      run: draft.run,
      span: draft.span,
      parent: draft.parent,
      ref: draft.ref,
      a: limitFields(draft.a, redact),
    });
    const content = options.includeDetail ? limitDetail(draft.detail, options.maxDetailPartBytes, redact) : undefined;
    lastNumber += 1; // only now: an event that could not be made has no number
    queue.push({ id, type: draft.type, head, content });
  };
}
