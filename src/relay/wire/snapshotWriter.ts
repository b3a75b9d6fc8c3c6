import type { RunId } from '../../model/ids.ts';
import type { Topic } from '../../model/wire.ts';
import { createReadyFrame, type ReadyFrame } from './readyFrame.ts';
import type { SharedParts } from './sharedParts.ts';
import { SNAPSHOT_PART_BYTES } from './timings.ts';

/** Makes the frames of one snapshot as its events come: only one part's texts are held beside the bytes that are sent. */
export interface SnapshotWriter {
  /** @param text - JSON of the next event */
  add(text: string, runId: RunId | undefined): void;
  /** @returns the frames; at least one */
  end(): readonly ReadyFrame[];
}

export interface SnapshotWriterOptions {
  readonly epoch: string;
  readonly at: number;
  /** What it replaces; absent: everything. */
  readonly topics?: readonly Topic[] | undefined;
  /** @param name - of a part in this snapshot; @returns its bytes: see {@link SharedParts} */
  readonly take: SharedParts['take'];
}

/** How many parts there are is known at the end only: room for the number, which JSON lets stand behind spaces. */
const COUNT_ROOM = 8;

/**
 * A part ends with a run of this size, and with one run in some others, by its id: so one that grows moves the bounds of few parts,
 * and the rest is the same as in the snapshot before. Ids that are all alike make no frames of one run each.
 */
const LARGE_RUN_BYTES = 32 * 1024;
const LEAST_PART_BYTES = 8 * 1024;
const isLastOfPart = (runId: RunId | undefined): boolean => runId?.at(-1) === runId?.at(-2);

export function createSnapshotWriter({ epoch, at, topics, take }: SnapshotWriterOptions): SnapshotWriter {
  const tail = Buffer.from(topics ? `],"scope":${JSON.stringify(topics)}}` : ']}');
  const parts: { readonly frame: ReadyFrame; readonly countAt: number }[] = [];
  let texts: string[] = [];
  let bytes = 0;
  let runId: RunId | undefined;
  let runBytes = 0;
  /** Of the part: the run that it began in, and how many parts of that one came before. */
  let first: RunId | undefined;
  let order = 0;

  const close = () => {
    const head = `{"t":"snap","epoch":"${epoch}","at":${at},"part":${parts.length + 1},"parts":`;
    const body = take(`${first ?? ''} ${order}`, texts);
    parts.push({
      frame: createReadyFrame(`${head}${' '.repeat(COUNT_ROOM)},"ev":[`, {}, [body, tail]),
      countAt: head.length,
    });
    texts = [];
    bytes = 0;
    order += 1;
  };
  const isBound = () => runBytes >= LARGE_RUN_BYTES || (bytes >= LEAST_PART_BYTES && isLastOfPart(runId));

  return {
    add(text, ofRun) {
      const size = Buffer.byteLength(text) + 1;
      if (bytes > 0 && (bytes + size > SNAPSHOT_PART_BYTES || (ofRun !== runId && isBound()))) close();
      if (ofRun !== runId) runBytes = 0;
      runId = ofRun;
      if (bytes === 0 && first !== ofRun) {
        first = ofRun;
        order = 0;
      }
      if (bytes > 0) texts.push(',');
      texts.push(text);
      bytes += size;
      runBytes += size;
    },
    end() {
      if (texts.length > 0 || parts.length === 0) close();
      const count = String(parts.length).padStart(COUNT_ROOM);
      for (const { frame, countAt } of parts) frame.json[0]?.write(count, countAt);
      return parts.map(({ frame }) => frame);
    },
  };
}
