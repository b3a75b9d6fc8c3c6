import { MonitorError } from '../../../model/errors.ts';

/**
 * Loads a package that not everybody installs.
 * @throws {MonitorError} `log.no-libsql`, `log.no-pg`: with the line that installs it
 */
export async function loadPackage<Module>(name: 'libsql' | 'pg', load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new MonitorError(
      `log.no-${name}`,
      {
        happened: `The package "${name}", which the log needs, is not installed or has no build for this machine.`,
        follows: 'The log was not opened; nothing is kept in memory that you want on disk.',
        todo: `Run: npm install ${name} (or set SPANLIGHT_STORE=memory to keep everything in memory).`,
      },
      { cause },
    );
  }
}
