import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import type { Scope } from '../../model/scope.ts';
import type { Principal } from '../auth/Principal.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import { createLens, type Lens } from './createLens.ts';
import { createNameCatalogue } from './nameCatalogue.ts';
import { type ViewClass, viewClassOf } from './projectEvent.ts';
import { createRedactor, type Redactor } from './redaction/createRedactor.ts';
import { createRunScopes, type RunScopes } from './runScopes.ts';
import { createStandIns, type StandIns } from './standIns.ts';

/** What stands between a project and its readers. */
export interface Projection {
  readonly standIns: StandIns;
  readonly runs: RunScopes;
  readonly redactor: Redactor;
  /** Hears of every event of the project, in their order. */
  take(event: MonitorEvent): void;
  /** Reads which names were declared before; of late, or again. */
  open(isFresh?: boolean): Promise<void>;
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
  readonly strictNames?: boolean | undefined;
  readonly redactor?: Redactor | undefined;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Who reads by requests alone hears of new names after this long, ms. */
const OPEN_AGAIN_MS = 5000;

export function createProjections(options: ProjectionsOptions): Projections {
  const { log, labelKey, strictNames = false, redactor = createRedactor([]), now } = options;
  const byProject = new Map<string, Projection>();

  const create = (project: string): Projection => {
    const catalogue = createNameCatalogue();
    const standIns = createStandIns(labelKey, project, { catalogue, isStrict: strictNames });
    const readFacts = (runIds: readonly RunId[]) => log.readRunFacts(project, runIds);
    const runs = createRunScopes(readFacts);
    /** Of who sees all runs: one for all of them. */
    const wholeLenses: Partial<Record<ViewClass, Lens>> = {};
    let opening: Promise<void> | undefined;
    let openedAtMs = Number.NEGATIVE_INFINITY;
    const readNames = async () => {
      const { facts } = await log.snapshot(project);
      for await (const common of facts) {
        for (const event of common) catalogue.take(event);
        break; // what belongs to no run comes first
      }
    };
    return {
      standIns,
      runs,
      redactor,
      take(event) {
        runs.take(event);
        catalogue.take(event);
      },
      async open(isFresh = false) {
        if (!isFresh && now() - openedAtMs < OPEN_AGAIN_MS) return opening;
        openedAtMs = now();
        opening = readNames();
        opening.catch(() => {
          openedAtMs = Number.NEGATIVE_INFINITY;
        });
        return opening;
      },
      lensOf({ can, scope }, asked) {
        const view = viewClassOf(can);
        if (!view) return undefined;
        const make = () => createLens({ view, granted: scope, asked, standIns, runs, readFacts });
        return scope || asked ? make() : (wholeLenses[view] ??= make());
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
