import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  ExportRequestSchema,
  type KeyValueSchema,
  ResourceGroupSchema,
  ScopeGroupSchema,
  SpanSchema,
} from '../../src/relay/otlp/otlp_pb.ts';
import type { otlpDocument } from './documents.ts';

type Document = ReturnType<typeof otlpDocument>;
type Span = Document['resourceSpans'][number]['scopeSpans'][number]['spans'][number];
type Attribute = Span['attributes'][number];

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

function attributeOf({ key, value }: Attribute): MessageInitShape<typeof KeyValueSchema> {
  if ('intValue' in value) return { key, value: { value: { case: 'intValue', value: BigInt(value.intValue) } } };
  if ('doubleValue' in value) return { key, value: { value: { case: 'doubleValue', value: value.doubleValue } } };
  return { key, value: { value: { case: 'stringValue', value: value.stringValue } } };
}

const spanBytes = (span: Span): Uint8Array =>
  toBinary(
    SpanSchema,
    create(SpanSchema, {
      traceId: bytesOf(span.traceId),
      spanId: bytesOf(span.spanId),
      parentSpanId: bytesOf(span.parentSpanId ?? ''),
      name: span.name,
      kind: 1,
      startTimeUnixNano: BigInt(span.startTimeUnixNano),
      endTimeUnixNano: BigInt(span.endTimeUnixNano),
      attributes: span.attributes.map(attributeOf),
      status: { code: span.status.code === 'STATUS_CODE_ERROR' ? 2 : 1 },
    }),
  );

/** An export request as the bytes of the protobuf exporter. */
export function protobufDocument({ resourceSpans }: Document): Uint8Array {
  const resources = resourceSpans.map(({ resource, scopeSpans }) => {
    const scopes = scopeSpans.map(({ scope, spans }) =>
      toBinary(ScopeGroupSchema, create(ScopeGroupSchema, { scope, items: spans.map(spanBytes) })),
    );
    const attributes = resource.attributes.map(attributeOf);
    return toBinary(ResourceGroupSchema, create(ResourceGroupSchema, { resource: { attributes }, scopes }));
  });
  return toBinary(ExportRequestSchema, create(ExportRequestSchema, { resources }));
}
