import type { RunCommand } from './io.ts';

export interface Command {
  readonly name: string;
  /** One line for `spanlight --help`. */
  readonly summary: string;
  /** Loads the command when it is wanted: a summary of a file starts no relay and loads no price table. */
  readonly load: () => Promise<RunCommand>;
}

export const commands: readonly Command[] = [
  {
    name: 'convert',
    summary: 'writes captured traces of any known format as Spanlight events, as OTLP, or as tables',
    load: async () => (await import('./convert/index.ts')).runConvert,
  },
  {
    name: 'demo',
    summary: 'a relay, four real agents on a scripted model, and the dashboard',
    load: async () => (await import('./demo.ts')).runDemo,
  },
  {
    name: 'export',
    summary: 'writes runs that a relay holds as a file',
    load: async () => (await import('./export.ts')).runExport,
  },
  {
    name: 'log',
    summary: 'copies, backs up and verifies a run log',
    load: async () => (await import('./log.ts')).runLog,
  },
  {
    name: 'relay',
    summary: 'takes events from agents, keeps them, and streams them to readers',
    load: async () => (await import('./relay.ts')).runRelay,
  },
  {
    name: 'simulate',
    summary: 'sends invented runs to a relay',
    load: async () => (await import('./simulate.ts')).runSimulate,
  },
  {
    name: 'summarize',
    summary: 'says what ran in captured traces: agents, tools, errors, tokens, cost, time',
    load: async () => (await import('./summarize/index.ts')).runSummarize,
  },
  {
    name: 'token',
    summary: 'makes, hashes and lists tokens of people and tenants',
    load: async () => (await import('./token.ts')).runToken,
  },
];
