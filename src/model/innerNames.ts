import type { EventType } from './event.ts';
import { eventSchemas } from './eventSchemas.ts';

type Schema = { readonly _zod: { readonly def: unknown } };
interface Definition {
  readonly innerType?: Schema;
  readonly element?: Schema;
  readonly shape?: Readonly<Record<string, Schema>>;
}
type Names = ReadonlySet<string>;
const nothingInside: Names = new Set();
const namesByType = new Map<EventType, ReadonlyMap<string, Names>>();

/** For each field of a type the names inside it, or inside each item of it; the others are dropped there. */
export function innerNamesOf(type: EventType): ReadonlyMap<string, Names> {
  const known = namesByType.get(type);
  if (known) return known;
  const fields = Object.entries(eventSchemas[type]._zod.def.shape as Readonly<Record<string, Schema>>);
  const names = new Map(fields.map(([key, schema]) => [key, namesIn(schema)]));
  namesByType.set(type, names);
  return names;
}

function namesIn(schema: Schema): Names {
  const { innerType, element, shape } = schema._zod.def as Definition;
  const inner = innerType ?? element;
  if (inner) return namesIn(inner);
  return shape ? new Set(Object.keys(shape)) : nothingInside;
}
