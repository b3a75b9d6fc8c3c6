import type { ViewClass } from '../projection/projectEvent.ts';
import type { StandIns } from '../projection/standIns.ts';
import type { NameKind, RunHistory } from './RunHistory.ts';

/** How a name of each kind is shown to who sees no hidden names. */
const shownAs: Readonly<Record<NameKind, (standIns: StandIns, name: string) => string>> = {
  agent: (standIns, name) => standIns.label(name, 'agent'),
  tool: (standIns, name) => standIns.label(name, 'tool'),
  model: (standIns, name) => standIns.label(name, 'model'),
  source: (standIns, name) => standIns.label(name, 'source'),
  user: (standIns, name) => standIns.pseudonym(name, 'user'),
  session: (standIns, name) => standIns.pseudonym(name, 'session'),
  group: (standIns, name) => standIns.pseudonym(name, 'group'),
};

export const showName = (view: ViewClass, standIns: StandIns, kind: NameKind, name: string): string =>
  view === 'names' ? name : shownAs[kind](standIns, name);

/** Names that are looked through for the one behind a stand-in, and how many at once. */
const MAX_NAMES = 50_000;
const NAMES_A_PAGE = 1000;
/** How long what was looked through may be used for a stand-in that is not in it, ms. */
const KEEP_MS = 2000;

interface Index {
  readonly rawByShown: ReadonlyMap<string, readonly string[]>;
  readonly madeAtMs: number;
}

/** Finds the names behind what a reader sees: a filter asks in the reader's own words, and never tests a guess at a hidden name. */
export interface SeenNames {
  /** @returns raw names; `undefined`: nothing was asked for; none: nothing matches */
  resolve(
    reader: NameReader,
    kind: NameKind,
    shown: readonly string[] | undefined,
  ): Promise<readonly string[] | undefined>;
}

export interface NameReader {
  readonly project: string;
  readonly view: ViewClass;
  readonly standIns: StandIns;
}

/** @param now - epoch ms */
export function createSeenNames(history: RunHistory, now: () => number): SeenNames {
  const indexes = new Map<string, Promise<Index>>();

  const makeIndex = async ({ project, standIns }: NameReader, kind: NameKind): Promise<Index> => {
    const madeAtMs = now();
    const rawByShown = new Map<string, string[]>();
    let after: string | undefined;
    for (let looked = 0; looked < MAX_NAMES; looked += NAMES_A_PAGE) {
      const names = await history.names(project, { kind, after, limit: NAMES_A_PAGE });
      for (const name of names) {
        const shown = shownAs[kind](standIns, name);
        const known = rawByShown.get(shown);
        if (known) known.push(name);
        else rawByShown.set(shown, [name]);
      }
      if (names.length < NAMES_A_PAGE) break;
      after = names.at(-1);
    }
    return { rawByShown, madeAtMs };
  };

  const findRaw = async (reader: NameReader, kind: NameKind, shown: string): Promise<readonly string[]> => {
    const key = JSON.stringify([reader.project, kind]);
    const known = await indexes.get(key)?.catch(() => undefined);
    const found = known?.rawByShown.get(shown);
    if (found || (known && now() - known.madeAtMs < KEEP_MS)) return found ?? [];
    const made = makeIndex(reader, kind);
    indexes.set(key, made);
    return (await made).rawByShown.get(shown) ?? [];
  };

  return {
    async resolve(reader, kind, shown) {
      if (shown === undefined || reader.view === 'names') return shown;
      const raw: string[] = [];
      for (const name of shown) {
        // a name that is shown as it is, is its own; a stand-in can also be somebody's real name
        if (shownAs[kind](reader.standIns, name) === name) raw.push(name);
        if (/ [0-9a-f]{6,10}$/.test(name)) raw.push(...(await findRaw(reader, kind, name)));
      }
      return raw;
    },
  };
}
