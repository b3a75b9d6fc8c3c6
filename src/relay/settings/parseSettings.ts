import type * as z from 'zod';
import { type Role, roles } from '../../model/capabilities.ts';
import { MonitorError } from '../../model/errors.ts';
import type { JwtSettings } from '../auth/createJwtVerifier.ts';
import { type logLevels, type SettingName, type StoreKind, settingTable } from './settingsSchema.ts';

/** What the relay runs with. Sizes are bytes, counts are counts, paths are as given. */
export interface RelaySettings {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Tokens in clear, by role; the relay keeps only their SHA-256. A role without one gets a generated one on loopback. */
  readonly roleTokens: Readonly<Partial<Record<Role, string>>>;
  readonly tokensFile?: string | undefined;
  /** Who signs JWTs, and what must stand in them; `undefined`: none are taken. */
  readonly jwt?: JwtSettings | undefined;
  /** Viewers see declared names only. */
  readonly strictNames: boolean;
  readonly redactionPath?: string | undefined;
  readonly labelKey?: string | undefined;
  readonly workflowPath?: string | undefined;
  readonly pricesPath?: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** `undefined`: as the folder or the database that is named asks for; memory without either. */
  readonly store?: StoreKind | undefined;
  readonly dataDir?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly durability: 'disk' | 'process';
  /** `off`: no content is stored. */
  readonly payloads: 'on' | 'off';
  readonly retentionLogHours: number;
  readonly retentionMetricHours: number;
  readonly retentionDiskBytes: number;
  readonly ringEvents: number;
  readonly ringBytes: number;
  readonly retentionEvents: number;
  readonly retentionBytes: number;
  readonly retentionRuns: number;
  readonly retentionSpans: number;
  readonly retentionHours: number;
  readonly detailBytes: number;
  readonly readsPerMinute: number;
  readonly ingestPerMinute: number;
  readonly ingestQueueEvents: number;
  readonly ingestQueueBytes: number;
  readonly overviewEventsPerSec: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerToken: number;
  readonly maxConnectionsPerAddress: number;
  readonly redisUrl?: string | undefined;
  readonly redisPrefix: string;
  /** Channels on which SDK processes publish, and the project of each. */
  readonly redisEvents: readonly { readonly channel: string; readonly project: string }[];
  readonly redisControl: string;
  readonly controlKey?: string | undefined;
  /** `off`: decisions are taken from tokens with `approvals.decide` alone. */
  readonly reportedDecisions: 'on' | 'off';
  readonly metricsToken?: string | undefined;
  readonly stopSeconds: number;
  readonly logLevel: (typeof logLevels)[number];
}

const MiB = 1024 * 1024;

const defaultSettings: RelaySettings = {
  host: '127.0.0.1',
  port: 8090,
  roleTokens: {},
  tokensFile: undefined,
  jwt: undefined,
  strictNames: false,
  redactionPath: undefined,
  labelKey: undefined,
  workflowPath: undefined,
  pricesPath: undefined,
  allowedOrigins: [],
  allowedHosts: [],
  store: undefined,
  dataDir: undefined,
  databaseUrl: undefined,
  durability: 'disk',
  payloads: 'on',
  retentionLogHours: 24,
  retentionMetricHours: 168,
  retentionDiskBytes: 20 * 1024 * MiB,
  ringEvents: 20_000,
  ringBytes: 32 * MiB,
  retentionEvents: 50_000,
  retentionBytes: 64 * MiB,
  retentionRuns: 2000,
  retentionSpans: 100_000,
  retentionHours: 72,
  detailBytes: 128 * MiB,
  readsPerMinute: 120,
  ingestPerMinute: 6000,
  ingestQueueEvents: 20_000,
  ingestQueueBytes: 128 * MiB,
  overviewEventsPerSec: 1000,
  maxConnections: 2000,
  maxConnectionsPerToken: 1000,
  maxConnectionsPerAddress: 1000,
  redisUrl: undefined,
  redisPrefix: 'spanlight',
  redisEvents: [],
  redisControl: 'agents.control',
  controlKey: undefined,
  reportedDecisions: 'on',
  metricsToken: undefined,
  stopSeconds: 30,
  logLevel: 'off',
};

type Values = { [Name in SettingName]?: z.output<(typeof settingTable)[Name]['schema']> };

/**
 * Reads the relay's settings from environment variables. An empty variable counts as unset.
 * @throws {MonitorError} `settings.bad-value` (names the variable, what is wrong with it, an example; never a secret),
 * `settings.token-reused`
 */
export function parseSettings(env: Readonly<Record<string, string | undefined>>): RelaySettings {
  const values = readValues(env);
  const roleTokens: Partial<Record<Role, string>> = {};
  for (const role of roles) {
    const token = values[`SPANLIGHT_${role.toUpperCase() as Uppercase<Role>}_TOKEN`];
    if (token !== undefined) roleTokens[role] = token;
  }
  refuseReuse(roleTokens);
  const given: { [Key in keyof RelaySettings]?: RelaySettings[Key] | undefined } = {
    host: values.SPANLIGHT_HOST,
    port: values.SPANLIGHT_PORT,
    roleTokens,
    tokensFile: values.SPANLIGHT_TOKENS,
    jwt: jwtOf(values),
    strictNames: values.SPANLIGHT_STRICT_NAMES,
    redactionPath: values.SPANLIGHT_REDACTION,
    labelKey: values.SPANLIGHT_LABEL_KEY,
    workflowPath: values.SPANLIGHT_WORKFLOW,
    pricesPath: values.SPANLIGHT_PRICES,
    allowedOrigins: values.SPANLIGHT_ALLOWED_ORIGINS,
    allowedHosts: values.SPANLIGHT_ALLOWED_HOSTS,
    store: values.SPANLIGHT_STORE,
    dataDir: values.SPANLIGHT_DATA_DIR,
    databaseUrl: values.SPANLIGHT_DATABASE_URL,
    durability: values.SPANLIGHT_DURABILITY,
    payloads: values.SPANLIGHT_PAYLOADS,
    retentionLogHours: values.SPANLIGHT_RETENTION_LOG_HOURS,
    retentionMetricHours: values.SPANLIGHT_RETENTION_METRIC_HOURS,
    retentionDiskBytes: values.SPANLIGHT_RETENTION_DISK_BYTES,
    ringEvents: values.SPANLIGHT_RING_EVENTS,
    ringBytes: values.SPANLIGHT_RING_BYTES,
    retentionEvents: values.SPANLIGHT_RETENTION_EVENTS,
    retentionBytes: values.SPANLIGHT_RETENTION_BYTES,
    retentionRuns: values.SPANLIGHT_RETENTION_RUNS,
    retentionSpans: values.SPANLIGHT_RETENTION_SPANS,
    retentionHours: values.SPANLIGHT_RETENTION_HOURS,
    detailBytes: values.SPANLIGHT_DETAIL_BYTES,
    readsPerMinute: values.SPANLIGHT_READS_PER_MINUTE,
    ingestPerMinute: values.SPANLIGHT_INGEST_PER_MINUTE,
    ingestQueueEvents: values.SPANLIGHT_INGEST_QUEUE_EVENTS,
    ingestQueueBytes: values.SPANLIGHT_INGEST_QUEUE_BYTES,
    overviewEventsPerSec: values.SPANLIGHT_OVERVIEW_EVENTS_PER_SEC,
    maxConnections: values.SPANLIGHT_MAX_CONNECTIONS,
    maxConnectionsPerToken: values.SPANLIGHT_MAX_CONNECTIONS_PER_TOKEN,
    maxConnectionsPerAddress: values.SPANLIGHT_MAX_CONNECTIONS_PER_ADDRESS,
    redisUrl: values.SPANLIGHT_REDIS_URL,
    redisPrefix: values.SPANLIGHT_REDIS_PREFIX,
    redisEvents: values.SPANLIGHT_REDIS_EVENTS,
    redisControl: values.SPANLIGHT_REDIS_CONTROL,
    controlKey: values.SPANLIGHT_CONTROL_KEY,
    reportedDecisions: values.SPANLIGHT_REPORTED_DECISIONS,
    metricsToken: values.SPANLIGHT_METRICS_TOKEN,
    stopSeconds: values.SPANLIGHT_STOP_SECONDS,
    logLevel: values.SPANLIGHT_LOG_LEVEL,
  };
  return withDefaults(given);
}

/** Takes the settings out of an object and fills what is not given. */
export function withDefaults(
  given: {
    readonly [Key in keyof RelaySettings]?: RelaySettings[Key] | undefined;
  },
): RelaySettings {
  const names = Object.keys(defaultSettings) as (keyof RelaySettings)[];
  const present = names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]] as const);
  return { ...defaultSettings, ...Object.fromEntries(present) };
}

function readValues(env: Readonly<Record<string, string | undefined>>): Values {
  const values: Record<string, unknown> = {};
  for (const [name, { schema, example, ...rest }] of Object.entries(settingTable)) {
    const text = env[name]?.trim();
    const parsed = schema.safeParse(text === '' ? undefined : text);
    if (parsed.success) {
      values[name] = parsed.data;
      continue;
    }
    const fault = parsed.error.issues[0]?.message ?? 'is not valid';
    const shown =
      'isSecret' in rest || text === undefined ? '' : ` (it is ${JSON.stringify(withoutLogin(text).slice(0, 80))})`;
    throw new MonitorError('settings.bad-value', {
      happened: `${name} ${fault}${shown}.`,
      follows: 'The relay did not start.',
      todo: `Set it like this: ${name}=${'isSecret' in rest ? `<${example}>` : example}`,
    });
  }
  return values as Values;
}

/** An address that was meant for another variable may hold a password. */
const withoutLogin = (text: string): string => text.replace(/\/\/[^/\s]*@/g, '//…@');

/** All of them or none: half of a check is none. */
function jwtOf(values: Values): JwtSettings | undefined {
  const {
    SPANLIGHT_JWT_KEYS: keysPath,
    SPANLIGHT_JWT_ALGORITHM: algorithm,
    SPANLIGHT_JWT_ISSUER: issuer,
    SPANLIGHT_JWT_AUDIENCE: audience,
    SPANLIGHT_JWT_CLAIM: claim,
  } = values;
  if (keysPath === undefined && !algorithm && !issuer && !audience && !claim) return undefined;
  if (keysPath !== undefined && algorithm && issuer && audience)
    return { keysPath, algorithm, issuer, audience, claim };
  const missing = (['KEYS', 'ALGORITHM', 'ISSUER', 'AUDIENCE'] as const)
    .map((word) => `SPANLIGHT_JWT_${word}` as const)
    .filter((name) => values[name] === undefined);
  throw new MonitorError('settings.jwt-incomplete', {
    happened: `${missing.join(', ')} must be set where another SPANLIGHT_JWT_ variable is.`,
    follows: 'The relay did not start, since JWTs would be checked by half.',
    todo: `Set it like this: ${missing.map((name) => `${name}=${settingTable[name].example}`).join(' ')}`,
  });
}

function refuseReuse(roleTokens: Readonly<Partial<Record<Role, string>>>): void {
  const roleByToken = new Map<string, Role>();
  for (const role of roles) {
    const token = roleTokens[role];
    if (token === undefined) continue;
    const other = roleByToken.get(token);
    if (other !== undefined) {
      throw new MonitorError('settings.token-reused', {
        happened: `SPANLIGHT_${other.toUpperCase()}_TOKEN and SPANLIGHT_${role.toUpperCase()}_TOKEN have the same value.`,
        follows: 'The relay did not start, since it could not tell the two roles apart.',
        todo: 'Give each role a token of its own, e.g. the output of: openssl rand -hex 32',
      });
    }
    roleByToken.set(token, role);
  }
}

/** Variables of the agent's side, of other commands and of fault tests, which often stand in the same environment. */
const otherVariables = new Set([
  'SPANLIGHT_AGENT_REDIS_URL',
  'SPANLIGHT_CRASH_AT',
  'SPANLIGHT_CRASH_TEST',
  'SPANLIGHT_URL',
  'SPANLIGHT_SERVICE',
  'SPANLIGHT_INCLUDE_DETAIL',
  'SPANLIGHT_REDIS_CHANNEL',
  'SPANLIGHT_REDIS_LOG_LENGTH',
  'SPANLIGHT_SPOOL_DIR',
  'SPANLIGHT_TOKEN',
]);

/** `SPANLIGHT_` variables that set nothing: most often a slip of the pen. */
export function findUnknownSettings(
  env: Readonly<Record<string, string | undefined>>,
): readonly { readonly name: string; readonly instead?: string | undefined }[] {
  return Object.keys(env)
    .filter((name) => /^SPANLIGHT_[A-Z0-9_]{1,60}$/.test(name))
    .filter(
      (name) => !Object.hasOwn(settingTable, name) && !otherVariables.has(name) && !name.startsWith('SPANLIGHT_DEMO_'),
    )
    .map((name) => ({ name, instead: nearestSetting(name) }));
}

function nearestSetting(name: string): string | undefined {
  const words = new Set(name.split('_'));
  const [nearest] = Object.keys(settingTable)
    .map((known) => ({ known, shared: known.split('_').filter((word) => words.has(word)).length }))
    .sort((left, right) => right.shared - left.shared);
  return nearest && nearest.shared > 1 ? nearest.known : undefined; // SPANLIGHT itself is shared by all
}
