import type { InputIssue } from '../model/errors.ts';
import type { MonitorEvent } from '../model/event.ts';

/** What a reading cannot know from its input. */
export interface ReadOptions {
  /** When the input came, epoch ms. Time of records that carry none. Default: the earliest time in the input, else 0. */
  readonly receivedAtMs?: number | undefined;
  /**
   * Makes the id of an event out of a short text that stands for its record, content and all. Default: the text itself, 32 hex
   * digits that anybody can compute, and so try guesses of the content against an id: who shows ids to people that may not see
   * content gives a keyed hash. The first 8 digits are the second that the record names: an id that keeps them in front is found,
   * and taken into a log, beside those of its time.
   */
  readonly hash?: ((text: string) => string) | undefined;
}

/** What an input says. */
export interface ReadResult {
  /** What the input was, e.g. `openai-agents-callbacks`. */
  readonly format: string;
  readonly events: readonly MonitorEvent[];
  /** What could not be read, by place in the input. The rest was read. */
  readonly issues: readonly InputIssue[];
}

/** An input that comes in parts, each of which is a document, too. Together they say exactly what the whole says in one go. */
export interface PartReading {
  /** @param part - as for {@link Adapter.read}, in the order of the whole */
  read(part: unknown): ReadResult;
  /** What only all parts together tell, e.g. the names of runs. Once, after the last; made while it is walked. */
  end(): Iterable<MonitorEvent>;
}

/**
 * Reads one foreign format. Never throws, whatever it is given, and never guesses a status.
 * The same record twice gives the same event ids, so a retry is no second fact.
 */
export interface Adapter {
  readonly id: string;
  /** How sure it is that this parsed JSON is its own: 0 = not at all, 1 = certain. Looks at the first records only. */
  canRead(raw: unknown): number;
  /** @param raw - parsed JSON: a record, a list of records, or what stood on the lines of a JSONL file as a list */
  read(raw: unknown, options?: ReadOptions): ReadResult;
  /** Begins to read an input that comes in parts. */
  begin(options?: ReadOptions): PartReading;
}
