import { randomUUID } from 'node:crypto';

let lastMs: number | undefined;
/** The first 15 characters of the ids of that millisecond. */
let front = '';

/**
 * A UUID of version 7: 48 bits of time, 74 random bits, so that ids sort by the moment they were made.
 * @param nowMs - epoch ms
 * @remarks Source: RFC 9562, section 5.7.
 */
export function uuidV7(nowMs: number): string {
  if (nowMs !== lastMs) {
    const time = Math.trunc(nowMs).toString(16).padStart(12, '0');
    front = `${time.slice(0, 8)}-${time.slice(8, 12)}-7`;
    lastMs = nowMs;
  }
  return front + randomUUID().slice(front.length); // its variant bits stand where version 7 wants them
}
