import { setField } from '../content.ts';
import { isRecord } from '../looseRecord.ts';

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

/** The plain value in OTLP's JSON wrapper; an empty wrapper is `null`, and a value without one is taken as it is. */
export function plainOf(raw: unknown, depth = 0): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  const wrapper = raw as Wrapper;
  if (wrapper.stringValue !== undefined) return wrapper.stringValue;
  if (wrapper.intValue !== undefined) return intOf(wrapper.intValue);
  if (wrapper.doubleValue !== undefined) return doubleOf(wrapper.doubleValue);
  if (wrapper.boolValue !== undefined) return wrapper.boolValue;
  if (depth >= MAX_DEPTH) return null;
  if (wrapper.arrayValue !== undefined) return listOf(wrapper.arrayValue, depth);
  if (wrapper.kvlistValue !== undefined) return recordOf(wrapper.kvlistValue, depth);
  if (wrapper.bytesValue !== undefined) return wrapper.bytesValue;
  return spelledWithUnderscores(raw as Readonly<Record<string, unknown>>, depth);
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

const spellings: Readonly<Record<string, keyof Wrapper>> = {
  string_value: 'stringValue',
  int_value: 'intValue',
  double_value: 'doubleValue',
  bool_value: 'boolValue',
  array_value: 'arrayValue',
  kvlist_value: 'kvlistValue',
  bytes_value: 'bytesValue',
};

/** Writers that keep the names of the protobuf file. */
function spelledWithUnderscores(raw: Readonly<Record<string, unknown>>, depth: number): unknown {
  for (const name in raw) {
    const wanted = Object.hasOwn(spellings, name) ? spellings[name] : undefined;
    if (wanted !== undefined && raw[name] !== undefined) return plainOf({ [wanted]: raw[name] }, depth);
  }
  return null;
}
