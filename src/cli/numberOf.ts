import { MonitorError } from '../model/errors.ts';

/**
 * The number in an option of the command line.
 * @throws {MonitorError} `cli.bad-option`
 */
export function numberOf(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new MonitorError('cli.bad-option', {
    happened: `${name} is no number from ${min} to ${max}.`,
    follows: 'Nothing was started.',
    todo: `Give it a number, e.g. ${name} ${Math.max(1, min)}.`,
  });
}
