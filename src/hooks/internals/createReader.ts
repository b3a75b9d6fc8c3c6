import type { MonitorState } from '../../store/types.ts';

/** Reads a selection and gives the same value until the state changed in a way that `isEqual` sees. */
export function createReader<T>(
  readState: () => MonitorState,
  selector: (state: MonitorState) => T,
  isEqual: (a: T, b: T) => boolean,
): () => T {
  let known: { readonly state: MonitorState; readonly value: T } | undefined;
  return () => {
    const state = readState();
    if (known?.state === state) return known.value;
    const value = selector(state);
    known = { state, value: known && isEqual(known.value, value) ? known.value : value };
    return known.value;
  };
}
