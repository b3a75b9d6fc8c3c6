import { camelNames } from '../camelNames.ts';
import { setField } from '../content.ts';
import { isRecord, type LooseRecord } from '../looseRecord.ts';

/** Deeper values are nothing that an exporter writes; walking them would end the stack. */
const MAX_DEPTH = 32;

interface Wrapper {
  readonly stringValue?: unknown;
  readonly intValue?: unknown;
  readonly doubleValue?: unknown;
  readonly boolValue?: unknown;
  readonly arrayValue?: unknown;
  readonly kvlistValue?: unknown;
  readonly bytesValue?: unknown;
}

/** A 64-bit number is a string in JSON; what a double cannot hold stays the string. */
function intOf(value: unknown): unknown {
  if (typeof value === 'bigint') return intOf(value.toString());
  if (typeof value !== 'string') return value;
  const number = Number(value);
  return value !== '' && Number.isSafeInteger(number) ? number : value;
}

/** `NaN` and the infinities are strings in JSON of protobuf, and nothing that our model or JSON holds: they stay strings. */
const doubleOf = (value: unknown): unknown => {
  if (typeof value !== 'string') return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  const number = Number(value);
  return value !== '' && Number.isFinite(number) ? number : value;
};

const isSaid = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * The plain value in OTLP's JSON wrapper; an empty wrapper is `null`, and a value without one is taken as it is. Some writers fill
 * the members that do not hold the value with `null`.
 */
export function plainOf(raw: unknown, depth = 0): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  const wrapper = raw as Wrapper;
  if (isSaid(wrapper.stringValue)) return wrapper.stringValue;
  if (isSaid(wrapper.intValue)) return intOf(wrapper.intValue);
  if (isSaid(wrapper.doubleValue)) return doubleOf(wrapper.doubleValue);
  if (isSaid(wrapper.boolValue)) return wrapper.boolValue;
  if (depth >= MAX_DEPTH) return null;
  if (isSaid(wrapper.arrayValue)) return listOf(wrapper.arrayValue, depth);
  if (isSaid(wrapper.kvlistValue)) return recordOf(wrapper.kvlistValue, depth);
  if (isSaid(wrapper.bytesValue)) return wrapper.bytesValue;
  return Array.isArray(raw) ? raw.map((item) => plainOf(item, depth + 1)) : unusualOf(raw as LooseRecord, depth);
}

const valuesOf = (raw: unknown): readonly unknown[] => {
  const values = Array.isArray(raw) ? raw : isRecord(raw) ? raw['values'] : undefined;
  return Array.isArray(values) ? values : [];
};

const listOf = (raw: unknown, depth: number): unknown[] => valuesOf(raw).map((value) => plainOf(value, depth + 1));

function recordOf(raw: unknown, depth: number): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const pair of valuesOf(raw)) {
    if (isRecord(pair) && typeof pair['key'] === 'string') {
      setField(record, pair['key'], plainOf(pair['value'], depth + 1));
    }
  }
  return record;
}

const wrapperNames = [
  'stringValue',
  'intValue',
  'doubleValue',
  'boolValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
] as const satisfies readonly (keyof Wrapper)[];

/** Writers that keep the names of the protobuf file (`string_value`), and those that put no wrapper around a record. */
function unusualOf(raw: LooseRecord, depth: number): unknown {
  const renamed = camelNames(raw);
  const said = wrapperNames.find((name) => isSaid(renamed[name]));
  if (said !== undefined) return plainOf({ [said]: renamed[said] }, depth);
  const names = Object.keys(raw);
  if (names.length === 0 || wrapperNames.some((name) => name in renamed)) return null;
  const record: Record<string, unknown> = {};
  for (const name of names) setField(record, name, plainOf(raw[name], depth + 1));
  return record;
}
