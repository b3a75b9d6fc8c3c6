/** Browsers that know `:dir()`: for older ones a build writes `:lang()` with a list of languages in its place, and `dir="rtl"` alone does nothing. */
export const cssTarget = ['chrome120', 'edge120', 'firefox121', 'safari17'] as const;
