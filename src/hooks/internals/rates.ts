/** Wake-ups a second at most: faster than this nobody reads. */
export const LIST_RATE_PER_SEC = 10;
export const STAT_RATE_PER_SEC = 4;
