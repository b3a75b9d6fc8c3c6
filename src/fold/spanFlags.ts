/*
 * Bits of a span's `flags`, each a constant of its own: bundlers and engines put the number in its place.
 * The first group says what is counted in the run, so that a change can be taken back.
 */
export const counted = 1;
export const open = 1 << 1;
export const error = 1 << 2;
export const llm = 1 << 3;
export const failedLlm = 1 << 4;
export const tool = 1 << 5;
export const root = 1 << 6;
export const carrier = 1 << 7;
export const fatal = 1 << 8;
export const orphanError = 1 << 9;
export const dirty = 1 << 10;
export const placeholder = 1 << 11;
export const cut = 1 << 12;
/** Waits for its turn in the derive pass. */
export const pending = 1 << 13;
export const chargeQueued = 1 << 14;
/** Its children list waits for the sort pass. */
export const listQueued = 1 << 15;
/** Some of its children are gone, or start at another time. */
export const listBroken = 1 << 16;
/** Its place among its siblings is no longer right. */
export const displaced = 1 << 17;
/** The name changed after others may have used it. */
export const renamed = 1 << 18;
export const usageChanged = 1 << 19;
/** Its name is counted among the agents of its run. */
export const agentCounted = 1 << 23;
