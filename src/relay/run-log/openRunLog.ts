import { MonitorError } from '../../model/errors.ts';
import type { RelayLogger } from '../relayLog.ts';
import type { RelaySettings } from '../settings/parseSettings.ts';
import type { StoreKind } from '../settings/settingsSchema.ts';
import { createMemoryRunLog } from './memoryRunLog.ts';
import type { RunLog } from './RunLog.ts';

const HOUR_MS = 3_600_000;

/** Where the settings want the log. */
const storeKindOf = ({ store, dataDir, databaseUrl }: RelaySettings): StoreKind =>
  store ?? (databaseUrl !== undefined ? 'postgres' : dataDir !== undefined ? 'sqlite' : 'memory');

/**
 * Opens the log that the settings ask for.
 * @throws {MonitorError} `log.*`: it is in use, cannot be opened, or a package is missing; never falls back to memory
 */
export async function openRunLog(
  settings: RelaySettings,
  { now, report }: { readonly now: () => number; readonly report: RelayLogger },
): Promise<RunLog> {
  const kind = storeKindOf(settings);
  const bounds = {
    runs: settings.retentionRuns,
    spans: settings.retentionSpans,
    endedForMs: settings.retentionHours * HOUR_MS,
  };
  const keepsContent = settings.payloads === 'on' && settings.detailBytes > 0;
  if (kind === 'memory') {
    return createMemoryRunLog({
      events: settings.retentionEvents,
      eventBytes: settings.retentionBytes,
      detailBytes: keepsContent ? settings.detailBytes : 0,
      bounds,
      now,
    });
  }
  const { createSqlRunLog } = await import('./sql/createSqlRunLog.ts');
  return createSqlRunLog({
    store: await openStore(kind, settings),
    bounds,
    keepsContent,
    retention: {
      logHours: settings.retentionLogHours,
      runHours: settings.retentionHours,
      metricHours: settings.retentionMetricHours,
      bytes: settings.retentionDiskBytes,
    },
    now,
    onAlarm: (code, fields) => report('error', code, fields),
  });
}

async function openStore(kind: 'sqlite' | 'postgres', { dataDir, databaseUrl, durability }: RelaySettings) {
  if (kind === 'sqlite') {
    if (dataDir === undefined) throw missing('SPANLIGHT_DATA_DIR', 'sqlite', '.spanlight');
    const { openSqliteStore } = await import('./sql/sqliteStore.ts');
    return openSqliteStore({ folder: dataDir, durability });
  }
  if (databaseUrl === undefined) throw missing('SPANLIGHT_DATABASE_URL', 'postgres', 'postgres://user@host/spanlight');
  const { openPostgresStore } = await import('./sql/postgresStore.ts');
  return openPostgresStore({ url: databaseUrl, durability });
}

const missing = (name: string, kind: StoreKind, example: string) =>
  new MonitorError('settings.missing', {
    happened: `The log is to be kept in ${kind}, and ${name} is not set.`,
    follows: 'The relay did not start.',
    todo: `Set it like this: ${name}=${example}`,
  });
