import { fileURLToPath } from 'node:url';

const src = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** Tests, stories, examples and the demo import the package by its own name; here that name means the sources. */
export const alias = [
  {
    find: /^spanlight\/(store|transport|adapters|simulator|prices|relay|agent)$/,
    replacement: `${src('')}$1/index.ts`,
  },
  { find: /^spanlight\/(styles|base)\.css$/, replacement: `${src('theme/')}$1.css` },
  { find: /^spanlight\/themes\/(.+\.css)$/, replacement: `${src('theme/themes/')}$1` },
  { find: /^spanlight$/, replacement: src('index.ts') },
];
