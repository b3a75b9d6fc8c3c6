import type { LooseRecord } from './looseRecord.ts';
import { setField } from './setField.ts';

const underscored = /_([a-z])/g;

/** A record whose own names are `in_this_form`, under the names that its source uses elsewhere: `inThisForm`. */
export function camelNames(record: LooseRecord): LooseRecord {
  const renamed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    setField(
      renamed,
      name.replace(underscored, (_all, letter: string) => letter.toUpperCase()),
      value,
    );
  }
  return renamed;
}
