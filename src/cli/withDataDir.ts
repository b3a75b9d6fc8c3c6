import { resolve } from 'node:path';
import type { RelaySettings } from '../relay/settings/parseSettings.ts';
import type { Io } from './io.ts';

/** Where a command keeps the log when nothing is said: beside where it was started. */
const DATA_DIR = '.spanlight';

/** Commands keep what they hear, also over a restart, unless they are told otherwise. */
export function withDataDir(settings: RelaySettings, { cwd }: Pick<Io, 'cwd'>): RelaySettings {
  const { store, dataDir, databaseUrl } = settings;
  if (store === 'memory' || store === 'postgres' || (store === undefined && databaseUrl !== undefined)) return settings;
  return { ...settings, dataDir: resolve(cwd, dataDir ?? DATA_DIR) };
}
