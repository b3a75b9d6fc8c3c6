import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { detectFormat, parseText } from 'spanlight/adapters';
import type { MonitorEvent } from '../../src/model/event.ts';

export const fixturesDir = fileURLToPath(new URL('../fixtures/', import.meta.url));

const folders = ['openai-agents-js', 'openai-agents-python', 'otlp', 'ai-sdk', 'openinference', 'public', 'redis'];

/** The parsed value of a fixture; the lines of a JSONL file as a list. */
export const valueOf = (file: string): unknown => parseText(readFileSync(`${fixturesDir}${file}`, 'utf8')).value;

/** Every captured file that holds a trace, whatever its format. */
export const traceFiles: readonly string[] = folders
  .flatMap((folder) => readdirSync(`${fixturesDir}${folder}`).map((name) => `${folder}/${name}`))
  .filter((file) => detectFormat(valueOf(file)).kind === 'trace');

/** The events of a fixture, read by whoever knows its format. */
export function eventsOf(file: string): readonly MonitorEvent[] {
  const found = detectFormat(valueOf(file));
  if (found.kind !== 'trace') throw new Error(`${file} is no trace`);
  return found.adapter.read(valueOf(file)).events;
}
