/** What the generators know of a schema: the definition that the schema library keeps of it. */
export interface AnySchema {
  readonly _zod: { readonly def: Definition };
}

interface Definition {
  readonly type: string;
  readonly innerType?: AnySchema;
  readonly element?: AnySchema;
  readonly shape?: Readonly<Record<string, AnySchema>>;
  readonly entries?: Readonly<Record<string, string>>;
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[];
}

interface CheckDefinition {
  readonly check: string;
  readonly maximum?: number;
  readonly value?: number;
}

export type SchemaKind =
  | { readonly type: 'optional'; readonly inner: AnySchema }
  | { readonly type: 'string'; readonly maxLength: number | undefined }
  | { readonly type: 'number'; readonly min: number | undefined; readonly max: number | undefined }
  | { readonly type: 'boolean' }
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | { readonly type: 'array'; readonly element: AnySchema; readonly maxLength: number | undefined }
  | { readonly type: 'object'; readonly shape: Readonly<Record<string, AnySchema>> };

/** @throws Error for a kind of schema that the generators do not know: they must not leave a field unguarded */
export function kindOf({ _zod: { def } }: AnySchema): SchemaKind {
  const checks = (def.checks ?? []).map(({ _zod }) => _zod.def);
  const find = (check: string) => checks.find((candidate) => candidate.check === check);
  const known = new Set(['max_length', 'greater_than', 'less_than']);
  const strange = checks.find(({ check }) => !known.has(check));
  if (strange) throw new Error(`The generators know no check "${strange.check}".`);
  switch (def.type) {
    case 'optional':
      return { type: 'optional', inner: def.innerType as AnySchema };
    case 'string':
      return { type: 'string', maxLength: find('max_length')?.maximum };
    case 'number':
      return { type: 'number', min: find('greater_than')?.value, max: find('less_than')?.value };
    case 'boolean':
      return { type: 'boolean' };
    case 'enum':
      return { type: 'enum', values: Object.values(def.entries ?? {}) };
    case 'array':
      return { type: 'array', element: def.element as AnySchema, maxLength: find('max_length')?.maximum };
    case 'object':
      return { type: 'object', shape: def.shape ?? {} };
    default:
      throw new Error(`The generators know no schema of type "${def.type}".`);
  }
}
