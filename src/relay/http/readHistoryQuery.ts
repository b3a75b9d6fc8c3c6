import type { Context } from 'hono';
import { type HistoryQueries, parseHistoryQuery } from '../history/historyQueries.ts';
import type { HttpEnv } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';

/** @throws {HttpFault} 400 that names the parameter */
export function readHistoryQuery<Name extends keyof HistoryQueries>(
  context: Context<HttpEnv>,
  name: Name,
): HistoryQueries[Name] {
  const parsed = parseHistoryQuery(name, new URL(context.req.url).searchParams);
  if ('fault' in parsed) throw new HttpFault(400, parsed.fault.code, undefined, parsed.fault);
  return parsed.query;
}
