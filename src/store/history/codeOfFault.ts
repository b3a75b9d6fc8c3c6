import { MonitorError } from '../../model/errors.ts';

/** Code of a question to the history that failed. */
export const codeOfFault = (cause: unknown): string =>
  cause instanceof MonitorError ? cause.code : 'history.unreachable';
