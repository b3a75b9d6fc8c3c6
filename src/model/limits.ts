/** Longest name, id or code in an event. Longer ones are faults of the event. */
export const MAX_NAME_LENGTH = 256;
/** Longest list of names in `a`. */
export const MAX_LIST_LENGTH = 256;
