/** The indent is capped here; deeper rows say their level in figures. */
export const MOST_LEVELS = 8;
