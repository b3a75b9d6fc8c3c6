import type { TestProject } from 'vitest/node';
import { available, type Service, startPostgres, startRedis } from '../scripts/services.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
    postgresUrl: string;
  }
}

/** Starts the servers once for the whole project; each test file reads their addresses with inject(). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = (['redis', 'postgres'] as const).filter((name) => !available[name]());
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')} (see the README)`);
  const started: Service[] = await Promise.all([startRedis(), startPostgres()]);
  const [redis, postgres] = started;
  project.provide('redisUrl', redis?.url ?? '');
  project.provide('postgresUrl', postgres?.url ?? '');
  return async () => {
    await Promise.all(started.map((s) => s.stop()));
  };
}
