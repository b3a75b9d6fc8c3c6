/** What the tree says of a bar, for those who do not see it. */
export interface BarWords {
  /** Formatted: how long after the start of the run. `undefined`: no start was received. */
  readonly start: string | undefined;
  /** Formatted; `undefined` while it runs or where no end was received. */
  readonly duration: string | undefined;
  readonly status: string;
  readonly isRunning: boolean;
  readonly isCritical: boolean;
  readonly isCached: boolean;
  /** Formatted: how much before its parent it says it began. */
  readonly skew: string | undefined;
}

const bar = ({ start, duration, status, isRunning, isCritical, isCached, skew }: BarWords): string =>
  [
    start === undefined ? 'no start received' : `starts ${start}`,
    duration === undefined ? (isRunning ? 'still running' : 'no duration reported') : `lasts ${duration}`,
    status.toLowerCase(),
    isCached ? 'cached' : '',
    isCritical ? 'on critical path' : '',
    skew === undefined ? '' : `clock skew ${skew}`,
  ]
    .filter(Boolean)
    .join(', ');

/** Keys of the tree, as its help lists them: keys, then what they do. */
const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'Row by row'],
  ['→', 'Expand, then into the cells'],
  ['←', 'Collapse, then to the parent'],
  ['Home End', 'First and last row, or cell'],
  ['Ctrl+Home Ctrl+End', 'First and last row'],
  ['PgUp PgDn', 'Screen by screen'],
  ['*', 'Expand all beside it'],
  ['Enter', 'Open the span'],
  ['e Shift+e', 'Next and previous error'],
  ['c', 'Critical path'],
  ['+ − 0', 'Zoom in, out, all'],
  ['Shift+← Shift+→', 'Earlier and later'],
  ['?', 'This list'],
];

export const spanTreeMessages = {
  title: 'Spans',
  /** @param run - name of the run */
  label: (run: string) => `Spans of ${run}`,
  toolbar: 'Waterfall',
  span: 'Span',
  time: 'Time',
  duration: 'Duration',
  cost: 'Cost',
  spans: (count: number, text: string) => (count === 1 ? '1 span' : `${text} spans`),
  spansUnit: (count: number) => (count === 1 ? 'span' : 'spans'),
  tokensUnit: 'tok',
  errors: (count: number, text: string) => (count === 1 ? '1 error' : `${text} errors`),
  bar,
  handoffTo: (agent: string) => `to ${agent}`,
  turn: (number: string) => `Turn ${number}`,
  attempt: (attempt: string, attempts: string) => `${attempt} of ${attempts}`,
  cached: 'cached',
  tripped: 'tripped',
  notExecuted: 'not executed',
  skew: (length: string) => `Reported ${length} before its parent began: the clocks differ`,
  skewNote: (length: string) => `clock ${length} early`,
  stale: 'stale',
  level: (level: string) => `Level ${level}`,
  expand: 'Expand',
  collapse: 'Collapse',
  criticalPath: 'Critical path',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show all',
  nextError: 'Next error',
  lean: 'Lean',
  exact: 'Exact',
  layout: 'Layout',
  layoutHint: 'Exact shows task and turn spans and true parents',
  /** @param share - e.g. `96%` */
  idle: (share: string) => `${share} idle, compress`,
  idleOff: 'Show idle time',
  cut: (length: string) => `${length} in which nothing worked`,
  now: 'now',
  streamGap: 'stream gap',
  shortcuts: 'Keys of the waterfall',
  keys,
  selectRun: 'Select a run to see its spans',
  noSpansTitle: 'No spans yet',
  noSpansBody: 'They appear here as soon as the run reports its first step.',
  notHeldTitle: 'This run is not held here',
  notHeldBody: 'It may be older than the live buffer. Open it in your trace store.',
  missing: (count: number, text: string) => (count === 1 ? 'Could not load 1 span.' : `Could not load ${text} spans.`),
  copyRunId: (id: string) => `Copy run id ${id}`,
};
