import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MonitorError } from '../../model/errors.ts';
import type { Workflow } from '../../model/workflow.ts';
import { DEFAULT_PROJECT } from '../auth/roleTokens.ts';
import { parseWorkflow } from './parseWorkflow.ts';

/**
 * Reads the declared graphs: one file for the project `default`, or a folder with one `<project>.json` each.
 * @throws {MonitorError} `workflow.unreadable`, `workflow.bad-project`, and those of {@link parseWorkflow}
 */
export async function loadWorkflows(path: string | undefined): Promise<ReadonlyMap<string, Workflow>> {
  const byProject = new Map<string, Workflow>();
  if (path === undefined) return byProject;
  try {
    if (!(await stat(path)).isDirectory()) {
      return byProject.set(DEFAULT_PROJECT, parseWorkflow(await readFile(path, 'utf8'), path));
    }
    for (const name of (await readdir(path)).filter((name) => name.endsWith('.json')).sort()) {
      const project = name.slice(0, -'.json'.length);
      if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(project)) throw badProject(join(path, name));
      byProject.set(project, parseWorkflow(await readFile(join(path, name), 'utf8'), join(path, name)));
    }
    return byProject;
  } catch (cause) {
    if (cause instanceof MonitorError) throw cause;
    throw new MonitorError(
      'workflow.unreadable',
      {
        happened: `SPANLIGHT_WORKFLOW=${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown fault'}).`,
        follows: 'The relay did not start.',
        todo: 'Name a JSON file, or a folder with one <project>.json each, or unset SPANLIGHT_WORKFLOW.',
      },
      { cause },
    );
  }
}

const badProject = (file: string) =>
  new MonitorError('workflow.bad-project', {
    happened: `The name of ${file} is no name of a project.`,
    follows: 'The relay did not start.',
    todo: 'Name the file <project>.json with letters, digits, "_", "." and "-".',
  });
