import { randomUUID } from 'node:crypto';

/**
 * A UUID of version 7: 48 bits of time, 74 random bits, so that ids sort by the moment they were made.
 * @param nowMs - epoch ms
 * @remarks Source: RFC 9562, section 5.7.
 */
export function uuidV7(nowMs: number): string {
  const time = Math.trunc(nowMs).toString(16).padStart(12, '0');
  const chance = randomUUID(); // its variant bits stand where version 7 wants them
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${chance.slice(15, 18)}-${chance.slice(19)}`;
}
