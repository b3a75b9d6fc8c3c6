import type { RunId } from '../../model/ids.ts';
import type { Scope } from '../../model/scope.ts';
import type { Principal } from '../auth/Principal.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import { createLens, type Lens } from './createLens.ts';
import { viewClassOf } from './projectEvent.ts';
import { createRunScopes, type RunScopes } from './runScopes.ts';
import { createStandIns, type StandIns } from './standIns.ts';

/** What stands between a project and its readers. */
export interface Projection {
  readonly standIns: StandIns;
  readonly runs: RunScopes;
  /**
   * What somebody sees.
   * @param asked - a scope that the reader itself asks for: it narrows that of the token
   * @returns `undefined`: nothing, without `read.shape`
   */
  lensOf(principal: Pick<Principal, 'can' | 'scope'>, asked?: Scope): Lens | undefined;
}

/** One a project, made when it is first asked for. */
export interface Projections {
  of(project: string): Projection;
}

export interface ProjectionsOptions {
  readonly log: RunLog;
  /** Key of the stand-ins for hidden names and people. */
  readonly labelKey: string;
}

export function createProjections({ log, labelKey }: ProjectionsOptions): Projections {
  const byProject = new Map<string, Projection>();

  const create = (project: string): Projection => {
    const standIns = createStandIns(labelKey, project);
    const readFacts = (runIds: readonly RunId[]) => log.readRunFacts(project, runIds);
    const runs = createRunScopes(readFacts);
    return {
      standIns,
      runs,
      lensOf({ can, scope }, asked) {
        const view = viewClassOf(can);
        return view && createLens({ view, granted: scope, asked, standIns, runs, readFacts });
      },
    };
  };

  return {
    of(project) {
      const known = byProject.get(project);
      if (known) return known;
      const made = create(project);
      byProject.set(project, made);
      return made;
    },
  };
}
