import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Who reports: one id a processor, so that two of them in one process, and a worker beside them, number their events apart. */
export const createProducerId = (service: string | undefined): string =>
  `js:${(service ?? 'agent').replace(/[^\w.-]+/g, '-').slice(0, 64)}:${process.pid}:${randomBytes(4).toString('hex')}`;

/** Version of the SDK that this process would load; `undefined` where it cannot be told. */
export function readSdkVersion(): string | undefined {
  try {
    const require = createRequire(join(process.cwd(), 'package.json'));
    const { version } = require('@openai/agents/package.json') as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // bundled, or the package hides its package.json
  }
}
