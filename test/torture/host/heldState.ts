import { readHeld } from '../rig/heldState.ts';

/** What this page's store holds, run by run. */
export function heldState(): { readonly seq: number; readonly phase: string; readonly held: [string, string][] } {
  const { monitorStore: store } = window;
  store.flush();
  const { entities, cursor, connection } = store.getState();
  return { seq: Number(cursor?.split('.')[1] ?? 0), phase: connection.phase, held: [...readHeld(entities)] };
}
