import type { Capability } from '../model/capabilities.ts';
import type { MonitorEvent } from '../model/event.ts';
import { withoutContent } from './simulateRun.ts';

/** Fields with which a reader who may read no payloads sees a stand-in. A test holds them to the model's own marks. */
export const pseudonymFields = {
  userId: 'user',
  sessionId: 'session',
  groupId: 'group',
  decidedBy: 'person',
  by: 'person',
} as const;
/** Fields that such a reader does not see at all. */
export const hiddenFields = ['tags'] as const;

/** An event as a stream brings it to a reader: content as kind and size, people as stand-ins where payloads are not for them. */
export function readerForm(event: MonitorEvent, can: readonly Capability[]): MonitorEvent {
  const bare = withoutContent(event);
  if (can.includes('read.payload')) return bare;
  const a: Record<string, unknown> = { ...bare.a };
  for (const name of hiddenFields) delete a[name];
  for (const [name, kind] of Object.entries(pseudonymFields)) {
    if (typeof a[name] === 'string') a[name] = `${kind} ${shortHash(a[name])}`;
  }
  return { ...bare, a } as MonitorEvent;
}

/** Tells people apart, as far as a simulation needs it. FNV-1a. Source: Fowler, Noll, Vo; public domain. */
function shortHash(text: string): string {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  return (state >>> 0).toString(16).padStart(8, '0').slice(0, 6);
}
