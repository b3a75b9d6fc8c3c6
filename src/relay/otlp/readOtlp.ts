import { OtlpReading, plainOf, UndecodedItem } from '../../adapters/otlp/index.ts';
import type { InputIssue } from '../../model/errors.ts';
import type { MonitorEvent } from '../../model/event.ts';
import { createTurns } from '../turns.ts';
import { jsonGroups } from './jsonGroups.ts';
import type { OtlpSignal } from './otlpGroups.ts';
import { plainOfProtobuf, protobufGroups } from './protobufGroups.ts';

export type OtlpEncoding = 'json' | 'protobuf';

export interface OtlpBatch {
  readonly events: readonly MonitorEvent[];
  readonly issues: readonly InputIssue[];
  /** Spans or log records in the body that could be told apart. */
  readonly itemCount: number;
}

export interface OtlpReadOptions {
  readonly signal: OtlpSignal;
  readonly encoding: OtlpEncoding;
  /** Epoch ms. */
  readonly receivedAtMs: number;
  /** Makes ids of records that have none; nobody outside can compute it. */
  readonly hash: (text: string) => string;
}

const encodings = {
  json: { groups: jsonGroups, valueOf: (raw: unknown) => plainOf(raw) },
  protobuf: { groups: protobufGroups, valueOf: plainOfProtobuf },
} as const;

/** Items that are read together. */
const ITEMS_A_PART = 256;

/**
 * Reads an export request in turns, so that a large one does not hold up the others.
 * @returns `undefined` for what is no export request
 */
export async function readOtlp(bytes: Uint8Array, options: OtlpReadOptions): Promise<OtlpBatch | undefined> {
  const { signal, receivedAtMs, hash } = options;
  const { groups, valueOf } = encodings[options.encoding];
  const parts = groups(bytes, signal);
  if (!parts) return undefined;
  const reading = new OtlpReading({ valueOf, receivedAtMs, hash });
  const turns = createTurns();
  let itemCount = 0;
  for (const part of parts) {
    await turns.giveWay();
    if ('code' in part) {
      reading.refuse(part.path, part.code, part.reason);
      itemCount += 1;
      continue;
    }
    itemCount += part.size;
    for (let first = 0; first < part.size; first += ITEMS_A_PART) {
      const items: unknown[] = [];
      for (let index = first; index < Math.min(first + ITEMS_A_PART, part.size); index += 1) {
        const othersGo = turns.giveWay();
        if (othersGo) await othersGo;
        items.push(part.readItem(index) ?? new UndecodedItem('otlp.no-item', 'Nothing stands here; left out.'));
      }
      reading[signal](items, part, part.path, first);
    }
  }
  reading.finish();
  return { events: reading.events, issues: reading.issues, itemCount };
}
