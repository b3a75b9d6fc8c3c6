import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { UndecodedItem } from '../../adapters/otlp/index.ts';
import { assertNever } from '../../model/errors.ts';
import {
  type AnyValue,
  ExportRequestSchema,
  type KeyValue,
  LogRecordSchema,
  ResourceGroupSchema,
  ScopeGroupSchema,
  SpanSchema,
} from './otlp_pb.ts';
import type { OtlpPart, OtlpSignal } from './otlpGroups.ts';

const itemSchemas = { spans: SpanSchema, logs: LogRecordSchema } as const;
/** Names of the lists, as the paths of JSON have them. */
const listNames = {
  spans: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
} as const;

/**
 * The groups of an export request in protobuf; each item is decoded when it is read.
 * @returns `undefined` for what is no request at all
 */
export function protobufGroups(bytes: Uint8Array, signal: OtlpSignal): Iterable<OtlpPart> | undefined {
  const request = decode(ExportRequestSchema, bytes);
  return request && walkResources(request.resources, signal);
}

function* walkResources(resources: readonly Uint8Array[], signal: OtlpSignal): Iterable<OtlpPart> {
  const [resourcesName, scopesName, itemsName] = listNames[signal];
  const itemSchema = itemSchemas[signal];
  for (const [index, resourceBytes] of resources.entries()) {
    const place = `${resourcesName}[${index}]`;
    const group = decode(ResourceGroupSchema, resourceBytes);
    if (!group) {
      yield broken(place);
      continue;
    }
    for (const [at, scopeBytes] of group.scopes.entries()) {
      const scopePlace = `${place}.${scopesName}[${at}]`;
      const found = decode(ScopeGroupSchema, scopeBytes);
      if (!found) {
        yield broken(scopePlace);
        continue;
      }
      const { scope, items } = found;
      yield {
        path: `${scopePlace}.${itemsName}`,
        resource: group.resource,
        scope,
        size: items.length,
        readItem: (itemIndex) =>
          decode(itemSchema, items[itemIndex] as Uint8Array) ??
          new UndecodedItem('otlp.bad-protobuf', 'Its bytes are no message of this kind; left out.'),
      };
    }
  }
}

const broken = (path: string): OtlpPart => ({ path, code: 'otlp.bad-group', reason: 'No group of an export request.' });

/** Unknown fields are passed over: nobody reads them, and keeping them costs. */
const options = { readUnknownFields: false };

function decode<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> | undefined {
  try {
    return fromBinary(schema, bytes, options);
  } catch {
    return undefined; // truncated, another encoding, or nested too deep
  }
}

/** The plain value in a decoded `AnyValue`; one that says nothing is `null`. 64-bit numbers that a double cannot hold are text. */
export function plainOfProtobuf(raw: unknown): unknown {
  const value = (raw as AnyValue | undefined)?.value ?? { case: undefined };
  switch (value.case) {
    case 'stringValue':
    case 'boolValue':
      return value.value;
    case 'intValue': {
      const number = Number(value.value);
      return Number.isSafeInteger(number) ? number : value.value.toString();
    }
    case 'doubleValue':
      return Number.isFinite(value.value) ? value.value : String(value.value);
    case 'arrayValue':
      return value.value.values.map(plainOfProtobuf);
    case 'kvlistValue':
      return recordOf(value.value.values);
    case 'bytesValue':
      return Buffer.from(value.value).toString('base64');
    case undefined:
      return null;
    default:
      return assertNever(value);
  }
}

/** Without a prototype: a key from outside may have any name. */
function recordOf(pairs: readonly KeyValue[]): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of pairs) record[key] = plainOfProtobuf(value);
  return record;
}
