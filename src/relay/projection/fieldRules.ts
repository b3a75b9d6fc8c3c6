import type { EventType } from '../../model/event.ts';
import { eventSchemas } from '../../model/eventSchemas.ts';
import { viewerRegistry } from '../../model/viewer.ts';
import type { StandIns } from './standIns.ts';

/** How one field is put into a projected event; `undefined`: it is left out. */
type FieldRule = (value: unknown, standIns: StandIns, a: Readonly<Record<string, unknown>>) => unknown;
export type FieldRules = ReadonlyMap<string, FieldRule>;

/** The part of a zod schema that the walk reads. */
interface Schema {
  readonly _zod: {
    readonly def: {
      readonly type: string;
      readonly innerType?: Schema;
      readonly element?: Schema;
      readonly shape?: Readonly<Record<string, Schema>>;
    };
  };
}

const bare = (schema: Schema): Schema => {
  const { innerType } = schema._zod.def;
  return innerType ? bare(innerType) : schema;
};

/** What a hidden name is called, by field. */
const labelKinds: Readonly<Record<string, string>> = {
  agentName: 'agent',
  agentNames: 'agent',
  fromAgent: 'agent',
  toAgent: 'agent',
  handoffNames: 'agent',
  toolName: 'tool',
  toolNames: 'tool',
  guardrailNames: 'guardrail',
  model: 'model',
  requestModel: 'model',
  modelNames: 'model',
  workflowNames: 'workflow',
  provider: 'provider',
  server: 'server',
  service: 'service',
  errorType: 'error',
  errorCode: 'error',
  budgetName: 'budget',
  ruleName: 'rule',
  sourceName: 'source',
  userId: 'user',
  sessionId: 'session',
  groupId: 'group',
  decidedBy: 'person',
  by: 'person',
};
/** One word of code each, never a sentence. */
const codeFields = new Set([
  'errorType',
  'errorCode',
  'finishReason',
  'operation',
  'sourceType',
  'sdk',
  'sdkVersion',
  'language',
  'priceVersion',
  'relation',
]);

const kindOfName = (field: string, type: string, a: Readonly<Record<string, unknown>>): string => {
  const known = labelKinds[field];
  if (known) return known;
  if (field === 'name' && type.startsWith('run.')) return 'workflow';
  if (field === 'name' && typeof a.kind === 'string') return a.kind === 'llm' ? 'model call' : a.kind;
  return 'name';
};

const eachText =
  (one: (text: string, standIns: StandIns, a: Readonly<Record<string, unknown>>) => string): FieldRule =>
  (value, standIns, a) => {
    if (typeof value === 'string') return one(value, standIns, a);
    if (Array.isArray(value))
      return value.filter((item) => typeof item === 'string').map((item) => one(item, standIns, a));
    return undefined;
  };

const nameRule = (field: string, type: string): FieldRule =>
  codeFields.has(field)
    ? eachText((text, standIns, a) => standIns.code(text, kindOfName(field, type, a)))
    : eachText((text, standIns, a) => standIns.label(text, kindOfName(field, type, a)));

/** A number or a switch goes as it is; a text that is shown is an id or a word of code; objects are built field by field. */
function shownRule(field: string, type: string, schema: Schema): FieldRule | undefined {
  const { def } = bare(schema)._zod;
  if (def.type === 'number')
    return (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
  if (def.type === 'boolean') return (value) => (typeof value === 'boolean' ? value : undefined);
  if (def.type === 'enum' || def.type === 'literal') return (value) => (typeof value === 'string' ? value : undefined);
  if (def.type === 'string') {
    return field.endsWith('Id') ? eachText((text, standIns) => standIns.id(text)) : nameRule(field, type);
  }
  if (def.type === 'array' && def.element) {
    const item = shownRule(field, type, def.element);
    return (
      item &&
      ((value, standIns, a) => (Array.isArray(value) ? value.map((each) => item(each, standIns, a)) : undefined))
    );
  }
  if (def.type === 'object' && def.shape) {
    const rules = new Map<string, FieldRule>();
    for (const [key, inner] of Object.entries(def.shape)) {
      const rule = shownRule(key, type, inner);
      if (rule) rules.set(key, rule);
    }
    return (value, standIns) => buildFields(value, rules, standIns);
  }
  return undefined; // a kind of schema that nobody thought of stays hidden
}

/** Builds a new object from the fields that have a rule; what has none is never looked at. */
export function buildFields(
  value: unknown,
  rules: FieldRules,
  standIns: StandIns,
): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const built: Record<string, unknown> = {};
  for (const [name, rule] of rules) {
    if (!Object.hasOwn(fields, name) || fields[name] === undefined) continue;
    const shown = rule(fields[name], standIns, fields);
    if (shown !== undefined) built[name] = shown;
  }
  return built;
}

function rulesOf(type: EventType, seesNames: boolean): FieldRules {
  const rules = new Map<string, FieldRule>();
  for (const [field, schema] of Object.entries(eventSchemas[type].shape)) {
    if (seesNames) {
      rules.set(field, (value) => value);
      continue;
    }
    const mark = viewerRegistry.get(schema)?.viewer ?? 'hide';
    if (mark === 'show') {
      const rule = shownRule(field, type, schema as unknown as Schema);
      if (rule) rules.set(field, rule);
    } else if (mark === 'label') {
      rules.set(field, nameRule(field, type));
    } else if (mark === 'pseudonym') {
      rules.set(
        field,
        eachText((text, standIns, a) => standIns.pseudonym(text, kindOfName(field, type, a))),
      );
    }
  }
  return rules;
}

const tableFor = (seesNames: boolean): ReadonlyMap<string, FieldRules> =>
  new Map((Object.keys(eventSchemas) as EventType[]).map((type) => [type, rulesOf(type, seesNames)]));

/** Derived once from the one definition of each event type. */
export const rulesByType = { shape: tableFor(false), names: tableFor(true) } as const;
