import { MonitorError } from '../model/errors.ts';
import type { Io } from './io.ts';
import { codeOf, printable } from './traceFiles/tellOutcome.ts';

/**
 * Writes what a command made into the file that was asked for.
 * @throws {MonitorError} `<command>.no-output`
 */
export async function writeOut(command: 'convert' | 'export', path: string, text: string, io: Io): Promise<void> {
  try {
    await io.writeFile(path, text);
  } catch (cause) {
    throw new MonitorError(
      `${command}.no-output`,
      {
        happened: `The file ${printable(path)} could not be written (${codeOf(cause)}).`,
        follows: 'Nothing was written.',
        todo: 'Check the path and its folder.',
      },
      { cause },
    );
  }
}
