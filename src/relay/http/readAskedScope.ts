import type { Scope } from '../../model/scope.ts';
import { scopeSchema } from '../settings/settingsSchema.ts';
import { HttpFault } from './httpErrors.ts';

const MAX_LENGTH = 8192;

/**
 * The scope that a request asks for.
 * @throws {HttpFault} `http.bad-scope`: what is not understood must not widen what is seen
 */
export function readAskedScope(header: string | undefined): Scope | undefined {
  if (header === undefined) return undefined;
  const parsed = header.length > MAX_LENGTH ? undefined : scopeSchema.safeParse(parse(header));
  if (!parsed?.success) throw new HttpFault(400, 'http.bad-scope');
  return parsed.data;
}

function parse(header: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(header));
  } catch {
    return undefined;
  }
}
