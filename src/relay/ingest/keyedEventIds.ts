import { createHmac } from 'node:crypto';

/**
 * Ids of events that were made out of foreign records. Everybody sees the ids of events, and such an id stands for all that
 * its record says: a digest without a key would let a viewer try guesses of the content, or work it out.
 */
export type KeyedEventIds = (project: string) => (text: string) => string;

/** Bytes of a text that begins with a second: events of one time stand together in the log, and viewers see their times. */
const TIME_BYTES = 4;

/**
 * @param key - at least 32 characters, the relay's own: the same record gives the same id as long as it stays the same
 * @returns UUIDs of version 8, which no projection has to replace
 */
export function createKeyedEventIds(key: string): KeyedEventIds {
  return (project) => (text) => {
    const digest = createHmac('sha256', key)
      .update(JSON.stringify(['event', project]))
      .update(text)
      .digest();
    const bytes = digest.subarray(0, 16);
    bytes.write(text.slice(0, 2 * TIME_BYTES), 'hex');
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
}
