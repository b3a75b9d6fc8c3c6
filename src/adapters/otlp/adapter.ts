import type { Adapter, PartReading, ReadOptions, ReadResult } from '../types.ts';
import { plainOf } from './anyValue.ts';
import { findGroups } from './documents.ts';
import { OtlpReading } from './otlpReading.ts';

/** How many groups `canRead` looks at. */
const LOOKED_AT = 20;

/**
 * Reads OTLP in JSON: what exporters post to `/v1/traces` and `/v1/logs`, with or without the envelope of a capture, and files of
 * such requests. Knows the GenAI conventions of OpenTelemetry from 1.36 on, OpenInference, the Vercel AI SDK, OpenLLMetry,
 * Langfuse's attributes and MCP; they stand beside each other, so one trace may mix them.
 */
export const otlpAdapter: Adapter = {
  id: 'otlp',
  canRead(raw) {
    let known = 0;
    let seen = 0;
    for (const { kind } of findGroups(raw)) {
      if (kind !== 'unknown') known += 1;
      seen += 1;
      if (seen === LOOKED_AT) break;
    }
    return seen === 0 ? 0 : known / seen;
  },
  read(raw, options = {}) {
    const reading = new OtlpReading({ ...options, valueOf: plainOf });
    readGroups(raw, reading);
    reading.finish();
    return { format, events: reading.events, issues: reading.issues };
  },
  begin: (options = {}) => new Parts(options),
};

const format = 'otlp-json';

function readGroups(raw: unknown, reading: OtlpReading): void {
  for (const group of findGroups(raw)) {
    if (group.kind === 'spans') reading.spans(group.items, group, group.path, group.first);
    else if (group.kind === 'logs') reading.logs(group.items, group, group.path, group.first);
    else reading.refuse(group.path, 'otlp.unknown-record', 'Neither an export request nor a span nor a log record.');
  }
}

/** Spans go out as they come; what they say of their runs is known when all are in. */
class Parts implements PartReading {
  private readonly reading: OtlpReading;

  constructor(options: ReadOptions) {
    this.reading = new OtlpReading({ ...options, valueOf: plainOf });
  }

  read(part: unknown): ReadResult {
    readGroups(part, this.reading);
    return { format, ...this.reading.takeRead() };
  }

  end() {
    return this.reading.declared();
  }
}
