import type { ChargeDimension, ChargeLine, Run } from '../../model/run.ts';

type Lines = Readonly<Partial<Record<ChargeDimension, readonly ChargeLine[]>>>;

/** A run's row as it goes over the wire: counts that are 0 and empty lists are left out, which halves it. */
export function runRowText({ detail: _detail, revision: _revision, ...run }: Run, lines: Lines): string {
  const named = Object.entries(lines).filter(([, list]) => list.length > 0);
  const isZero = (name: string, value: unknown) => value === 0 && !name.endsWith('AtMs');
  return JSON.stringify(
    { run, ...(named.length > 0 && { lines: Object.fromEntries(named) }) },
    (name, value: unknown) => (isZero(name, value) || value === false ? undefined : value),
  );
}
