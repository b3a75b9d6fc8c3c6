import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Who reports: one id a processor, so that two of them in one process, and a worker beside them, number their events apart. */
export const createProducerId = (service: string | undefined): string =>
  `js:${(service ?? 'agent').replace(/[^\w.-]+/g, '-').slice(0, 64)}:${process.pid}:${randomBytes(4).toString('hex')}`;

/** Version of the SDK that this process would load; `undefined` where it cannot be told, e.g. in a bundle. */
export function readSdkVersion(): string | undefined {
  try {
    const entry = createRequire(join(process.cwd(), 'package.json')).resolve('@openai/agents');
    // Its exports hide its package.json, so it is looked for above its entry.
    for (let dir = dirname(entry); dir !== dirname(dir); dir = dirname(dir)) {
      const file = join(dir, 'package.json');
      if (!existsSync(file)) continue;
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
      if (name === '@openai/agents') return typeof version === 'string' ? version : undefined;
    }
  } catch {
    // not installed here
  }
  return undefined;
}
