/** What a row takes beside its text, with its place in the indexes. */
export const ROW_BYTES = 200;
