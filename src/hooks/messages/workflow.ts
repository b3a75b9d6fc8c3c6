import type { GraphNodeState } from '../../store/workflow/types.ts';

const state: Readonly<Record<GraphNodeState, string>> = {
  off: 'not reached',
  done: 'done',
  live: 'running',
  err: 'failed',
  waiting: 'waiting for a person',
};

/** What a node did, in figures that are already text. */
export interface NodeFigures {
  readonly isAgent: boolean;
  /** With `≥` where events are missing. */
  readonly calls: string;
  readonly isOne: boolean;
  readonly failed: string | undefined;
  readonly rejected: string | undefined;
  /** Calls of the tools inside, where only agents are shown. */
  readonly inner: string | undefined;
  readonly duration: string | undefined;
}

const figures = ({ isAgent, calls, isOne, failed, rejected, inner, duration }: NodeFigures): string =>
  [
    `${calls} ${isAgent ? (isOne ? 'run' : 'runs') : isOne ? 'call' : 'calls'}`,
    inner === undefined ? '' : `${inner} inside`,
    failed === undefined ? '' : `${failed} failed`,
    rejected === undefined ? '' : `${rejected} rejected`,
    failed === undefined && rejected === undefined ? duration : '',
  ]
    .filter(Boolean)
    .join(' · ');

export const workflowMessages = {
  title: 'Workflow',
  /** @param what - the file or the run that is drawn */
  label: (what: string) => (what === '' ? 'Workflow graph' : `Workflow graph, ${what}`),
  keysHint: 'Arrow keys follow the edges, Enter opens the latest call, Escape clears the selection.',
  /** @param run - short id of the run */
  litBy: (file: string, run: string) => (run === '' ? file : `${file}, lit by ${run}`),
  fromSpans: (run: string) => (run === '' ? 'all held runs' : run),
  state,
  figures,
  person: 'Approval',
  outside: 'Outside of agents',
  notUsed: 'not used',
  notReached: 'not reached',
  notInFile: 'Not in file',
  running: (elapsed: string) => `running ${elapsed}`,
  waiting: (elapsed: string) => `waiting ${elapsed}`,
  /** What a reader hears of the drawing of a node, e.g. `agent, running`; its name and figures stand around it. */
  node: (parts: readonly string[]) => parts.filter(Boolean).join(', '),
  members: (count: string) => `×${count}`,
  membersHint: (count: string) => `used by ${count} agents`,
  repeated: (count: string) => `×${count}`,
  grouped: 'Tools that several agents use are one node',
  aggregated: 'Agents only: there are too many tools to draw',
  totals: 'Agents are busy: steps and edges of open runs, of all others their agents only',
  toolbar: 'Workflow view',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit to view',
  tidy: 'Tidy',
  tidyHint: 'Lay out anew, with fewer crossings',
  list: 'View as list',
  graph: 'View as graph',
  name: 'Step',
  kind: 'Kind',
  stateHead: 'State',
  calls: 'Calls',
  failed: 'Failed',
  last: 'Last',
  total: 'Total',
  leadsTo: 'Leads to',
  handoffTo: (name: string) => `${name} (handoff)`,
  emptyFileTitle: 'The workflow file has no nodes',
  emptyTitle: 'No spans yet',
  emptyBody: 'Agents and what they use appear here as soon as they work.',
  noRunTitle: 'Select a run to see its graph',
  errorTitle: 'The workflow file cannot be read',
  /** @param place - e.g. `nodes[3].kind`; empty for a fault of the JSON itself */
  errorBody: (line: string, place: string, reason: string) =>
    place === '' ? `Line ${line}: ${reason}.` : `Line ${line}, ${place} ${reason}.`,
  loadErrorTitle: 'The workflow could not be loaded',
  gap: 'Events are missing: counts are lower bounds',
  attribution: 'React Flow',
};
