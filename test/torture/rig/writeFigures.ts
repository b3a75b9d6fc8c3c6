import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PromiseResult, TortureSize } from './types.ts';

const page = fileURLToPath(new URL('../../../docs/torture.md', import.meta.url));
const START = '<!-- figures: written by npm run torture -->';
const END = '<!-- end of figures -->';

export interface LastRun {
  readonly seed: number;
  readonly size: TortureSize;
  readonly results: readonly PromiseResult[];
}

/** Puts the figures of each promise that ran in the place of its last ones. */
export async function writeFigures({ seed, size, results }: LastRun): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [before, rest] = split(text, START);
  const [old, after] = split(rest, END);
  const sections = new Map<string, string>();
  for (const section of old.split(/^(?=### )/m)) {
    const id = /^### (R\d+)/.exec(section)?.[1];
    if (id) sections.set(id, section.trimEnd());
  }
  for (const result of results) sections.set(result.id, sectionOf(result, seed, size));
  const ordered = [...sections.keys()].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  await writeFile(page, `${before}${START}\n\n${ordered.map((id) => sections.get(id)).join('\n\n')}\n\n${END}${after}`);
}

function sectionOf({ id, ok, bar, figures, notes, seconds }: PromiseResult, seed: number, size: TortureSize): string {
  const rows = figures.map(
    (figure) =>
      `| ${figure.what} | ${figure.value.toLocaleString('en')} | ${figure.bar ?? ''} | ${figure.size.split('\n')[0]} | ${figure.ok ? 'ok' : 'RED'} |`,
  );
  return [
    `### ${id}: ${ok ? 'holds' : 'RED'}`,
    '',
    bar,
    '',
    `Size \`${size}\`, seed ${seed}, ${seconds} s.`,
    '',
    '| figure | value | bar | size | |',
    '|---|---:|---|---|---|',
    ...rows,
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note.split('\n')[0]}`)] : []),
  ].join('\n');
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`docs/torture.md lacks "${mark}"`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
