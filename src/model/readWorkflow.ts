import { spanKinds } from './span.ts';
import type { Workflow } from './workflow.ts';

/** Why a workflow file cannot be used. */
export interface WorkflowIssue {
  /** From 1. */
  readonly line: number;
  /** E.g. `nodes[3].kind`; empty for a fault of the JSON itself. */
  readonly path: string;
  readonly reason: string;
}

export type WorkflowRead =
  | { readonly workflow: Workflow; readonly issue?: undefined }
  | { readonly workflow?: undefined; readonly issue: WorkflowIssue };

/**
 * Reads the text of a workflow file. Agrees with `workflowSchema` on what is valid, names the line of the first fault,
 * and needs no schema library. Never throws.
 */
export function readWorkflow(text: string): WorkflowRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { issue: { line: lineOfSyntaxError(text), path: '', reason: 'not valid JSON' } };
  }
  const fault = findFault(value);
  if (!fault) return { workflow: value as Workflow };
  return { issue: { line: lineOfPath(text, fault.path), path: pathText(fault.path), reason: fault.reason } };
}

type Path = readonly (string | number)[];
interface Fault {
  readonly path: Path;
  readonly reason: string;
}
type Check = (value: unknown, path: Path) => Fault | undefined;

const fail = (path: Path, reason: string): Fault => ({ path, reason });
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text: Check = (value, path) => {
  if (typeof value !== 'string') return fail(path, 'must be text');
  return value.length >= 1 && value.length <= 200 ? undefined : fail(path, 'must have 1 to 200 characters');
};
const number: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : fail(path, 'must be a number');
const kind: Check = (value, path) =>
  spanKinds.includes(value as never) ? undefined : fail(path, `must be one of ${spanKinds.join(', ')}`);
const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? undefined : check(value, path);
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isRecord(value)) return fail(path, 'must be an object');
    for (const [name, check] of Object.entries(fields)) {
      const fault = check(value[name], [...path, name]);
      if (fault) return fault;
    }
    return undefined;
  };
const list =
  (check: Check, limit: number): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return fail(path, 'must be a list');
    if (value.length > limit) return fail(path, `must have at most ${limit} items`);
    for (const [at, item] of value.entries()) {
      const fault = check(item, [...path, at]);
      if (fault) return fault;
    }
    return undefined;
  };

const match = record({ agent: optional(text), tool: optional(text), name: optional(text) });
const node = record({ id: text, kind, label: text, match: optional(match), x: optional(number), y: optional(number) });
const edge = record({ from: text, to: text, label: optional(text) });
const version: Check = (value, path) => (value === 1 ? undefined : fail(path, 'must be 1'));
const file = record({ version, title: text, nodes: list(node, 2000), edges: list(edge, 10_000) });
const findFault = (value: unknown): Fault | undefined => file(value, []);

const pathText = (path: Path): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');

const lineAt = (source: string, offset: number): number => source.slice(0, offset).split('\n').length;

/** Line of the first token that cannot stand where it stands. Engines word their errors each in its own way, so we look ourselves. */
function lineOfSyntaxError(source: string): number {
  const closers: string[] = [];
  let wanted: 'value' | 'first' | 'key' | 'colon' | 'next' = 'value';
  const token = /\s*("(?:[^"\\\n]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/y;
  let end = 0;
  for (let found = token.exec(source); found; found = token.exec(source)) {
    const [all, one = ''] = found;
    const start = token.lastIndex - one.length;
    const isText = one.startsWith('"');
    const isClosing = one === closers.at(-1);
    end = token.lastIndex;
    if (wanted === 'next' && one === ',' && closers.length > 0) wanted = closers.at(-1) === '}' ? 'key' : 'value';
    else if ((wanted === 'next' || wanted === 'first') && isClosing) {
      closers.pop();
      wanted = 'next';
    } else if ((wanted === 'key' || (wanted === 'first' && closers.at(-1) === '}')) && isText) wanted = 'colon';
    else if (wanted === 'colon' && one === ':') wanted = 'value';
    else if (wanted === 'value' || (wanted === 'first' && closers.at(-1) === ']')) {
      if (one === '{' || one === '[') {
        closers.push(one === '{' ? '}' : ']');
        wanted = 'first';
      } else if (isText || isScalar(one)) wanted = 'next';
      else return lineAt(source, start);
    } else return lineAt(source, start);
    if (all === '') break;
  }
  return lineAt(source, end + (/^\s*(?=\S)/.exec(source.slice(end))?.[0].length ?? 0));
}

const isScalar = (token: string): boolean =>
  /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(token);

/** Line of a value in text that is known to be JSON; of what holds it where the value is missing. */
function lineOfPath(source: string, path: Path): number {
  const tokens = source.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g);
  /** Path of the value that comes next, and where the deepest part of the wanted path stood. */
  const open: (string | number)[] = [];
  const isList: boolean[] = [];
  let line = 1;
  let depth = 0;
  let isKeyNext = false;
  const note = (offset: number) => {
    const shared = open.length <= path.length && open.every((part, at) => part === path[at]);
    if (!shared || open.length < depth) return;
    depth = open.length;
    line = lineAt(source, offset);
  };
  for (const { 0: token, index } of tokens) {
    if (token === '{' || token === '[') {
      note(index);
      isList.push(token === '[');
      open.push(token === '[' ? 0 : '');
      isKeyNext = token === '{';
    } else if (token === '}' || token === ']') {
      isList.pop();
      open.pop();
      isKeyNext = false;
    } else if (token === ',') {
      const last = open.at(-1);
      if (isList.at(-1)) open[open.length - 1] = (last as number) + 1;
      else isKeyNext = true;
    } else if (token === ':') isKeyNext = false;
    else if (isKeyNext) {
      open[open.length - 1] = JSON.parse(token) as string;
      isKeyNext = false;
    } else note(index);
    if (depth === path.length && depth > 0) break;
  }
  return line;
}
