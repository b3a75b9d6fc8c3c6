import { itemLists, resourceLists, scopeLists, scopeNames, UndecodedItem } from '../../adapters/otlp/index.ts';
import { parseSlice } from '../ingest/parseSlice.ts';
import { fieldsOfJson, itemsOfJson, type JsonSlice } from '../ingest/splitJson.ts';
import type { OtlpPart, OtlpSignal } from './otlpGroups.ts';

/**
 * The groups of an export request in JSON, without parsing their items: one that is broken or too deep costs itself alone.
 * @returns `undefined` for what is no request at all
 */
export function jsonGroups(bytes: Uint8Array, signal: OtlpSignal): Iterable<OtlpPart> | undefined {
  const top = fieldsOfJson(bytes);
  if (!top) return undefined;
  const name = nameOf(top, resourceLists[signal]);
  if (name === undefined) return top.size === 0 ? [] : undefined; // `{}` is a request without anything in it
  const resources = itemsOfJson(bytes, top.get(name)?.start ?? 0);
  return resources && walkResources(bytes, signal, resources, name);
}

function* walkResources(
  bytes: Uint8Array,
  signal: OtlpSignal,
  resources: readonly JsonSlice[],
  name: string,
): Iterable<OtlpPart> {
  for (const [index, slice] of resources.entries()) {
    const place = `${name}[${index}]`;
    const fields = fieldsOfJson(bytes, slice.start);
    const scopesName = fields && nameOf(fields, scopeLists[signal]);
    const scopes = scopesName === undefined ? [] : itemsOfJson(bytes, fields?.get(scopesName)?.start ?? 0);
    if (!fields || !scopes) {
      yield broken(place);
      continue;
    }
    const resource = valueOf(bytes, fields.get('resource'));
    for (const [at, scope] of scopes.entries()) {
      yield readScope(bytes, signal, scope, `${place}.${scopesName}[${at}]`, resource);
    }
  }
}

function readScope(
  bytes: Uint8Array,
  signal: OtlpSignal,
  slice: JsonSlice,
  place: string,
  resource: unknown,
): OtlpPart {
  const fields = fieldsOfJson(bytes, slice.start);
  const itemsName = fields && nameOf(fields, itemLists[signal]);
  const items = itemsName === undefined ? [] : itemsOfJson(bytes, fields?.get(itemsName)?.start ?? 0);
  if (!fields || !items) return broken(place);
  const scopeName = nameOf(fields, scopeNames);
  return {
    path: `${place}.${itemsName}`,
    resource,
    scope: scopeName === undefined ? undefined : valueOf(bytes, fields.get(scopeName)),
    size: items.length,
    readItem(index) {
      const parsed = parseSlice(bytes, items[index] as JsonSlice);
      return 'issue' in parsed ? new UndecodedItem(parsed.issue.code, parsed.issue.reason) : parsed.value;
    },
  };
}

const broken = (path: string): OtlpPart => ({ path, code: 'otlp.bad-group', reason: 'No group of an export request.' });

const nameOf = (fields: ReadonlyMap<string, JsonSlice>, names: readonly string[]): string | undefined =>
  names.find((name) => fields.has(name));

function valueOf(bytes: Uint8Array, slice: JsonSlice | undefined): unknown {
  if (!slice) return undefined;
  const parsed = parseSlice(bytes, slice);
  return 'value' in parsed ? parsed.value : undefined;
}
