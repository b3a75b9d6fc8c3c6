import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventType } from '../src/model/event.ts';
import { needsOf } from '../src/model/eventNeeds.ts';
import { eventSchemas } from '../src/model/eventSchemas.ts';
import { writeEventReference } from './eventReference.ts';
import { type AnySchema, kindOf } from './schemaWalk.ts';
import { writeSettingsReference } from './settingsReference.ts';
import { writeWorkflowSchema } from './workflowSchema.ts';

/*
 * Writes the hot-path guard, the reference pages of events and settings, and the workflow's JSON schema from the schemas.
 * `npm run generate` writes, `npm run generate -- --check` only says whether the files are up to date.
 */

/** One test of a value, as the code of a condition that is true for a fault. */
function faultCode(schema: AnySchema, value: string): string {
  const kind = kindOf(schema);
  switch (kind.type) {
    case 'optional':
      return `${value} !== undefined && ${wrap(faultCode(kind.inner, value))}`;
    case 'string':
      return `typeof ${value} !== 'string'${kind.maxLength === undefined ? '' : ` || ${value}.length > ${constant(kind.maxLength)}`}`;
    case 'number': {
      // `!(x >= min)` also catches NaN; a bound on each side catches the infinities.
      const min = kind.min ?? '-Number.MAX_VALUE';
      const max = kind.max === undefined ? 'Number.MAX_VALUE' : constant(kind.max);
      return `typeof ${value} !== 'number' || !(${value} >= ${min} && ${value} <= ${max})`;
    }
    case 'boolean':
      return `typeof ${value} !== 'boolean'`;
    case 'enum':
      return kind.values.map((entry) => `${value} !== ${quote(entry)}`).join(' && ');
    case 'array':
      return `!${arrayGuard(kind.element, kind.maxLength)}(${value})`;
    case 'object':
      return `!${objectGuard(kind.shape)}(${value})`;
  }
}

const wrap = (code: string): string => (code.includes(' ') ? `(${code})` : code);
const quote = (text: string): string => `'${text}'`;

/** Bounds that have a name in the model keep it. */
const names: ReadonlyMap<number, string> = new Map([
  [256, 'MAX_NAME_LENGTH'],
  [253_402_300_799_999, 'MAX_TIME_MS'],
  [Number.MAX_SAFE_INTEGER, 'Number.MAX_SAFE_INTEGER'],
]);
const constant = (value: number): string => names.get(value) ?? String(value);
const listBound = (value: number): string => (value === 256 ? 'MAX_LIST_LENGTH' : String(value));

const functions: string[] = [];
const nameByCode = new Map<string, string>();
let nextName = '';

/** Functions with the same body are one: event types that share their fields share a guard. */
function define(parameters: string, body: string): string {
  const code = `${parameters}\n${body}`;
  const known = nameByCode.get(code);
  if (known !== undefined) return known;
  const base = nextName || `isShape${nameByCode.size + 1}`;
  let name = base;
  for (let count = 2; [...nameByCode.values()].includes(name); count += 1) name = `${base}${count}`;
  nameByCode.set(code, name);
  functions.push(`function ${name}(${parameters}): boolean {\n${body}\n}`);
  return name;
}

function arrayGuard(element: AnySchema, maxLength: number | undefined): string {
  const fault = named(`${nextName}Item`, () => faultCode(element, 'item'));
  const bound = maxLength === undefined ? '' : ` || value.length > ${listBound(maxLength)}`;
  const lines = [
    `  if (!Array.isArray(value)${bound}) return false;`,
    '  for (const item of value as unknown[]) {',
    `    if (${fault}) return false;`,
    '  }',
    '  return true;',
  ];
  return named(kindOf(element).type === 'string' ? 'isNames' : nextName, () =>
    define('value: unknown', lines.join('\n')),
  );
}

function objectGuard(shape: Readonly<Record<string, AnySchema>>): string {
  const cases: string[] = [];
  const needed: string[] = [];
  const byFault = new Map<string, string[]>();
  for (const [key, schema] of Object.entries(shape)) {
    const kind = kindOf(schema);
    if (kind.type !== 'optional') needed.push(key);
    const inner = kind.type === 'optional' ? kind.inner : schema;
    const fault = named(`is${key.charAt(0).toUpperCase()}${key.slice(1)}`, () => faultCode(inner, 'field'));
    byFault.set(fault, [...(byFault.get(fault) ?? []), key]);
  }
  for (const [fault, keys] of byFault) {
    cases.push(
      ...keys.map((key) => `      case ${quote(key)}:`),
      `        if (${fault}) return false;`,
      '        break;',
    );
  }
  const lines = [
    "  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;",
    '  const fields = value as Fields;',
    ...needed.map((key) => `  if (fields[${quote(key)}] === undefined) return false;`),
    '  for (const key in fields) {',
    '    const field = fields[key];',
    '    if (field === undefined) continue;',
    '    switch (key) {',
    ...cases,
    '      default:',
    '    }',
    '  }',
    '  return true;',
  ];
  return define('value: unknown', lines.join('\n'));
}

function named<T>(name: string, make: () => T): T {
  const before = nextName;
  nextName = name;
  const made = make();
  nextName = before;
  return made;
}

const header = `// Written by scripts/generate-guard.ts from src/model/eventSchemas.ts: do not edit, run \`npm run generate\`.
import type { MonitorEvent } from './event.ts';
import { MAX_LIST_LENGTH, MAX_NAME_LENGTH } from './limits.ts';
import { MAX_TIME_MS } from './units.ts';

type Fields = Record<string, unknown>;
`;

const envelope = `function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH;
}

/** Ids that become part of a span's key: U+001F joins them there. */
function isKeyId(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH && !value.includes('\\u001f');
}

function isOptionalKeyId(value: unknown): boolean {
  return value === undefined || isKeyId(value);
}

function isOptionalId(value: unknown): boolean {
  return value === undefined || isId(value);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isVersion(value: unknown): boolean {
  return isCount(value) && value !== 0;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIME_MS;
}

function isOptionalObject(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

function isProducer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, n } = value as Fields;
  return isId(id) && isCount(n);
}
`;

const guardNames: Readonly<Record<string, string>> = {
  run: 'isRunFields',
  span: 'isSpanFields',
  'span.price': 'isPriceFields',
  log: 'isLogFields',
  approval: 'isApprovalFields',
  score: 'isScoreFields',
  alert: 'isAlertFields',
  budget: 'isBudgetFields',
  producer: 'isProducerFields',
};

function bodyGuards(): string {
  const cases: string[] = [];
  const byCondition = new Map<string, string[]>();
  for (const [type, schema] of Object.entries(eventSchemas)) {
    const group = type.split('.', 1)[0] ?? '';
    const guard = named(guardNames[type] ?? guardNames[group] ?? '', () =>
      objectGuard((schema as unknown as { _zod: { def: { shape: Record<string, AnySchema> } } })._zod.def.shape),
    );
    const needs = needsOf(type as EventType);
    const conditions = [
      needs.run ? 'isKeyId(run)' : 'isOptionalKeyId(run)',
      needs.span ? 'isKeyId(span)' : 'isOptionalKeyId(span)',
      needs.ref ? 'isId(ref)' : 'isOptionalId(ref)',
      ...(needs.prod ? ['prod !== undefined'] : []),
      `${guard}(a)`,
    ];
    const condition = conditions.join(' && ');
    byCondition.set(condition, [...(byCondition.get(condition) ?? []), type]);
  }
  for (const [condition, types] of byCondition) {
    cases.push(...types.map((type) => `    case ${quote(type)}:`), `      return ${condition};`);
  }
  return cases.join('\n');
}

function guardSource(): string {
  const cases = bodyGuards();
  return `${header}
/**
 * Whether a parsed value is an event that the store can take: ids, times and every known field of \`a\`.
 * Unknown fields pass and are ignored. For the hot path; it says no reason and cleans nothing, see \`parseEvent\`.
 * @remarks Needs no \`eval\` and no schema library. O(fields).
 */
export function isMonitorEvent(raw: unknown): raw is MonitorEvent {
  if (typeof raw !== 'object' || raw === null) return false;
  const { id, type, sv, ts, rts, seq, prod, run, span, parent, ref, a, detail, refs } = raw as Fields;
  if (!isId(id) || !isTime(ts) || !isVersion(sv) || !isOptionalKeyId(parent)) return false;
  if (seq !== undefined && !isCount(seq)) return false;
  if (rts !== undefined && !isTime(rts)) return false;
  if (prod !== undefined && !isProducer(prod)) return false;
  if (!isOptionalObject(detail) || !isOptionalObject(refs)) return false;
  switch (type) {
${cases}
    default:
      return false;
  }
}

${envelope}
${functions.join('\n\n')}
`;
}

const pathOf = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

function formatted(source: string, name = 'src/model/guardEvent.ts'): string {
  const biome = pathOf('node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'format', `--stdin-file-path=${name}`];
  return execFileSync(process.execPath, args, { cwd: pathOf('.'), input: source, encoding: 'utf8' });
}

/** What the script writes, by path from the root of the repository. */
export const generatedFiles = (): Readonly<Record<string, string>> => ({
  'src/model/guardEvent.generated.ts': formatted(guardSource()),
  'docs/reference/events.md': writeEventReference(),
  'docs/reference/settings.md': writeSettingsReference(),
  'docs/schemas/workflow.schema.json': formatted(writeWorkflowSchema(), 'docs/schemas/workflow.schema.json'),
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  for (const [path, text] of Object.entries(generatedFiles())) {
    if (!isCheck) {
      mkdirSync(dirname(pathOf(path)), { recursive: true });
      writeFileSync(pathOf(path), text);
      console.log(`wrote ${path}`);
    } else if (readFileSync(pathOf(path), 'utf8') !== text) {
      console.error(`${path} is not up to date: run npm run generate`);
      process.exitCode = 1;
    }
  }
}
