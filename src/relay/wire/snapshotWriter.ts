import type { Topic } from '../../model/wire.ts';
import { createFrameOfTexts, type ReadyFrame } from './readyFrame.ts';
import { SNAPSHOT_PART_BYTES } from './timings.ts';

/** Makes the frames of one snapshot as its events come: only one part's texts are held beside the bytes that are sent. */
export interface SnapshotWriter {
  /** @param text - JSON of the next event */
  add(text: string): void;
  /** @returns the frames; at least one */
  end(): readonly ReadyFrame[];
}

export interface SnapshotWriterOptions {
  readonly epoch: string;
  readonly at: number;
  /** What it replaces; absent: everything. */
  readonly topics?: readonly Topic[] | undefined;
}

/** How many parts there are is known at the end only: room for the number, which JSON lets stand behind spaces. */
const COUNT_ROOM = 8;

export function createSnapshotWriter({ epoch, at, topics }: SnapshotWriterOptions): SnapshotWriter {
  const tail = topics ? `],"scope":${JSON.stringify(topics)}}` : ']}';
  const parts: { readonly frame: ReadyFrame; readonly countAt: number }[] = [];
  let texts: string[] = [];
  let bytes = 0;

  const close = () => {
    const head = `{"t":"snap","epoch":"${epoch}","at":${at},"part":${parts.length + 1},"parts":`;
    const frame = createFrameOfTexts([head, ' '.repeat(COUNT_ROOM), ',"ev":[', ...texts, tail]);
    parts.push({ frame, countAt: head.length });
    texts = [];
    bytes = 0;
  };

  return {
    add(text) {
      const size = Buffer.byteLength(text) + 1;
      if (bytes > 0 && bytes + size > SNAPSHOT_PART_BYTES) close();
      if (bytes > 0) texts.push(',');
      texts.push(text);
      bytes += size;
    },
    end() {
      if (texts.length > 0 || parts.length === 0) close();
      const count = String(parts.length).padStart(COUNT_ROOM);
      for (const { frame, countAt } of parts) frame.json.write(count, countAt);
      return parts.map(({ frame }) => frame);
    },
  };
}
