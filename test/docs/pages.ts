import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rootDir = fileURLToPath(new URL('../../', import.meta.url));

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export interface Block {
  readonly language: string;
  readonly code: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
}

const markdownIn = (folder: string): string[] =>
  readdirSync(join(rootDir, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !path.includes('/node_modules/'))
    .sort();

/** Every page that people read. */
export const pages: readonly Page[] = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'python/README.md',
  ...markdownIn('docs'),
  ...markdownIn('examples'),
].map((path) => ({ path, text: readFileSync(join(rootDir, path), 'utf8') }));

/** The pages written by hand that say how to use it: no API report, no record of decisions, no list of changes. */
export const guides = pages.filter(
  ({ path }) => !/^(?:docs\/api|docs\/decisions)\//.test(path) && path !== 'CHANGELOG.md',
);

const FENCE = /^( *)```(\w*)[^\n]*\n(.*?)^\1```$/gms;

export const blocksOf = ({ text }: Page): Block[] =>
  [...text.matchAll(FENCE)].map(({ index, 1: indent = '', 2: language = '', 3: code = '' }) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    line: text.slice(0, index).split('\n').length + 1,
  }));

/** A page without its blocks of code, which keep their lines. */
export const proseOf = ({ text }: Page): string => text.replace(FENCE, (block) => block.replaceAll(/[^\n]/g, ''));
