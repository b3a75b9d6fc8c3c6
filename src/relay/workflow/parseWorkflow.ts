import { MonitorError } from '../../model/errors.ts';
import { type Workflow, workflowSchema } from '../../model/workflow.ts';
import { JsonFault, type JsonWithLines, parseJsonLines } from './parseJsonLines.ts';

/**
 * Reads a workflow graph.
 * @param file - its name, for the error text
 * @throws {MonitorError} `workflow.bad-json`, `workflow.bad-field`, `workflow.duplicate-node`, `workflow.unknown-node`;
 * the text has file, line and path
 */
export function parseWorkflow(text: string, file: string): Workflow {
  const json = readJson(text, file);
  const parsed = workflowSchema.safeParse(json.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path ?? [];
    throw fault(
      'workflow.bad-field',
      file,
      json.lineOf(path),
      `${pathText(path)}: ${issue?.message || 'is not valid'}`,
    );
  }
  const { nodes, edges } = parsed.data;
  const lineById = new Map<string, number>();
  for (const [index, { id }] of nodes.entries()) {
    const line = json.lineOf(['nodes', index, 'id']);
    const known = lineById.get(id);
    if (known !== undefined) {
      const reason = `nodes[${index}].id: the id ${quote(id)} was given to the node on line ${known} already`;
      throw fault('workflow.duplicate-node', file, line, reason);
    }
    lineById.set(id, line);
  }
  for (const [index, edge] of edges.entries()) {
    for (const end of ['from', 'to'] as const) {
      if (lineById.has(edge[end])) continue;
      const reason = `edges[${index}].${end}: there is no node ${quote(edge[end])}`;
      throw fault('workflow.unknown-node', file, json.lineOf(['edges', index, end]), reason);
    }
  }
  return parsed.data;
}

function readJson(text: string, file: string): JsonWithLines {
  try {
    return parseJsonLines(text);
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause;
    throw fault('workflow.bad-json', file, cause.line, `column ${cause.column}: ${cause.message}`);
  }
}

/** One line, without characters that a terminal obeys. */
const quote = (id: string): string => JSON.stringify(id).replaceAll(/[^\x20-\x7e]/g, '?');

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || 'the file';

const fault = (code: string, file: string, line: number, reason: string): MonitorError =>
  new MonitorError(code, {
    happened: `${file}, line ${line}, ${reason}.`,
    follows: 'The relay did not start, since the workflow graph would be wrong.',
    todo: 'Correct the file; docs/schemas/workflow.schema.json describes it.',
  });
