import * as z from 'zod';
import { roles } from '../../model/capabilities.ts';
import { MAX_NAME_LENGTH } from '../../model/limits.ts';

/** Shortest token that is taken. */
export const MIN_TOKEN_LENGTH = 32;
const MiB = 1024 * 1024;

const token = z
  .string()
  .min(MIN_TOKEN_LENGTH, `is shorter than ${MIN_TOKEN_LENGTH} characters`)
  .max(512, 'is longer than 512 characters')
  .regex(/^[\x21-\x7e]+$/, 'has a character that cannot stand in an HTTP header');

const whole = (min: number, max: number) => {
  const message = `is not a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
};

export const projectName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'is no name of a project: letters, digits and _ . -, at most 64');

const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item));

const origin = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && url.origin === text && url.origin !== 'null' && /^https?:$/.test(url.protocol);
}, 'has an entry that is no origin (scheme, host and port, no path, no *)');

const hostName = z
  .string()
  .max(255, 'has an entry that is too long')
  .regex(
    /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::\d{1,5})?$/i,
    'has an entry that is no host or host:port',
  );

const databaseUrl = z
  .string()
  .max(4096, 'is longer than 4096 characters')
  .refine(
    (text) => URL.canParse(text) && /^postgres(?:ql)?:$/.test(new URL(text).protocol),
    'is no postgres:// address',
  );

const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `is none of ${names.join(', ')}` });

/** Its password stands in no message: the setting is a secret. */
const redisUrl = z
  .string()
  .max(2048, 'is longer than 2048 characters')
  .refine(
    (text) => URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol),
    'is no redis:// or rediss:// address',
  );

const channelName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/, 'is no name of a channel: letters, digits and _ . : -, at most 128');

/** `channel` or `channel=project`. */
const inputChannels = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => {
        const [channel = '', project = 'default'] = part.split('=');
        return { channel, project };
      }),
  )
  .pipe(z.array(z.object({ channel: channelName, project: projectName })).max(32, 'has more than 32 channels'));

const filePath = z.string().min(1, 'is empty').max(4096, 'is too long');

export const logLevels = ['off', 'error', 'warn', 'info'] as const;

interface Setting {
  readonly schema: z.ZodType<unknown, string | undefined>;
  readonly example: string;
  readonly doc: string;
  /** Its value never stands in a message. */
  readonly isSecret?: boolean;
}

const setting = <T extends z.ZodType<unknown, string>>(schema: T, example: string, doc: string) => ({
  schema: schema.optional(),
  example,
  doc,
});
const secret = (doc: string) => ({
  ...setting(token, 'the output of: openssl rand -hex 32', doc),
  isSecret: true,
});

/** Where the log stands. */
export const storeKinds = ['memory', 'sqlite', 'postgres'] as const;
export type StoreKind = (typeof storeKinds)[number];

/** Signed with a private key only: who can check a token must not be able to make one. */
const jwtAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'] as const;

/** Every setting of the relay: the variable, what it may be, an example, and what it is for. */
export const settingTable = {
  SPANLIGHT_HOST: setting(
    z
      .string()
      .max(255, 'is longer than 255 characters')
      .regex(/^[0-9a-z._:-]+$/i, 'is no host name or address'),
    '127.0.0.1',
    'Address to listen on. Default 127.0.0.1: this machine only.',
  ),
  SPANLIGHT_PORT: setting(whole(0, 65_535), '8090', 'Port to listen on; 0 takes a free one. Default 8090.'),
  SPANLIGHT_VIEWER_TOKEN: secret('Token of the viewer role.'),
  SPANLIGHT_OPERATOR_TOKEN: secret('Token of the operator role.'),
  SPANLIGHT_DEVELOPER_TOKEN: secret('Token of the developer role.'),
  SPANLIGHT_APPROVER_TOKEN: secret('Token of the approver role.'),
  SPANLIGHT_ADMIN_TOKEN: secret('Token of the admin role.'),
  SPANLIGHT_INGEST_TOKEN: secret('Token with which agents send events.'),
  SPANLIGHT_TOKENS: setting(
    filePath,
    './tokens.json',
    'JSON file with tokens for people and tenants: a list of {name, sha256, roles, project, scope?, expiresAt?}. Read again when it changes.',
  ),
  SPANLIGHT_JWT_KEYS: setting(
    filePath,
    './issuer.pem',
    'Public key (PEM) or JWKS of who signs JWTs for readers; needs the package jose and the three below. Read again when it changes.',
  ),
  SPANLIGHT_JWT_ALGORITHM: setting(
    z.enum(jwtAlgorithms, 'is no algorithm that is taken'),
    'ES256',
    'The one algorithm of JWTs that is taken: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or EdDSA.',
  ),
  SPANLIGHT_JWT_ISSUER: setting(
    z.string().max(512, 'is longer than 512 characters'),
    'https://login.example.com',
    'What a JWT must have as `iss`.',
  ),
  SPANLIGHT_JWT_AUDIENCE: setting(
    z.string().max(512, 'is longer than 512 characters'),
    'spanlight',
    'What a JWT must have as `aud`.',
  ),
  SPANLIGHT_JWT_CLAIM: setting(
    z.string().max(256, 'is longer than 256 characters'),
    'https://example.com/spanlight',
    'Claim that holds `roles`, `capabilities`, `project` and `scope`. Default: they stand at the top of the JWT.',
  ),
  SPANLIGHT_STRICT_NAMES: setting(
    z.enum(['true', 'false'], 'is neither true nor false').transform((text) => text === 'true'),
    'true',
    'Shows viewers only names that an SDK declared at its start; all others become stand-ins. Default false.',
  ),
  SPANLIGHT_REDACTION: setting(
    filePath,
    './redaction.json',
    'JSON file with rules that take values out of content for everybody: see docs/redaction.md.',
  ),
  SPANLIGHT_LABEL_KEY: secret(
    'Key of the stand-ins for hidden names and people. Set it so that they stay the same over restarts.',
  ),
  SPANLIGHT_WORKFLOW: setting(
    filePath,
    './workflow.json',
    'Workflow graph: a JSON file (project default), or a folder with one <project>.json each.',
  ),
  SPANLIGHT_PRICES: setting(
    filePath,
    './prices.json',
    'JSON file with prices of your own; they win over the maintained table.',
  ),
  SPANLIGHT_ALLOWED_ORIGINS: setting(
    list(origin),
    'https://admin.example.com,http://localhost:5173',
    'Web origins, besides its own, from which a page may use the relay.',
  ),
  SPANLIGHT_ALLOWED_HOSTS: setting(
    list(hostName),
    'relay.example.com,relay:8090',
    'Host names, besides its own, under which the relay answers.',
  ),
  SPANLIGHT_STORE: setting(
    oneOf(storeKinds),
    'sqlite',
    'Where the log is kept: sqlite (in SPANLIGHT_DATA_DIR), postgres (by SPANLIGHT_DATABASE_URL) or memory (gone at the end). Default: postgres where its address is set, else sqlite; in code without a folder: memory.',
  ),
  SPANLIGHT_DATA_DIR: setting(
    filePath,
    '/var/lib/spanlight',
    'Folder of the embedded log; one process at a time. Default .spanlight where the command is started.',
  ),
  SPANLIGHT_DATABASE_URL: {
    ...setting(
      databaseUrl,
      'postgres://user:password@host:5432/spanlight',
      'PostgreSQL that holds the log; several relays may share it.',
    ),
    isSecret: true,
  },
  SPANLIGHT_DURABILITY: setting(
    oneOf(['disk', 'process']),
    'disk',
    'What an acknowledgement is worth: disk (survives the end of the machine) or process (survives the end of the relay; faster). Default disk.',
  ),
  SPANLIGHT_PAYLOADS: setting(
    oneOf(['on', 'off']),
    'off',
    'off: content (messages, arguments, results) is let go at the door and never stored. Default on.',
  ),
  SPANLIGHT_RETENTION_LOG_HOURS: setting(
    whole(1, 87_600),
    '24',
    'Hours that log lines are held in a database, and over which a reader can resume. Default 24.',
  ),
  SPANLIGHT_RETENTION_METRIC_HOURS: setting(
    whole(1, 87_600),
    '168',
    'Hours that metrics and costs are held in a database. Default 168.',
  ),
  SPANLIGHT_RETENTION_DISK_BYTES: setting(
    whole(1_048_576, 1_000_000 * MiB),
    '21474836480',
    'Bytes of events and content in a database, a project; over it the runs that ended first go. Default 20 GiB.',
  ),
  SPANLIGHT_RING_EVENTS: setting(
    whole(16, 10_000_000),
    '20000',
    'Events kept ready for live readers, a project. Default 20000.',
  ),
  SPANLIGHT_RING_BYTES: setting(whole(65_536, 4096 * MiB), '33554432', 'Bytes of them. Default 32 MiB.'),
  SPANLIGHT_RETENTION_EVENTS: setting(
    whole(16, 10_000_000),
    '50000',
    'Events a reader can resume over, a project. Default 50000.',
  ),
  SPANLIGHT_RETENTION_BYTES: setting(whole(65_536, 4096 * MiB), '67108864', 'Bytes of them. Default 64 MiB.'),
  SPANLIGHT_RETENTION_RUNS: setting(whole(1, 1_000_000), '2000', 'Runs held, a project. Default 2000.'),
  SPANLIGHT_RETENTION_SPANS: setting(whole(16, 10_000_000), '100000', 'Spans held, a project. Default 100000.'),
  SPANLIGHT_RETENTION_HOURS: setting(whole(1, 87_600), '72', 'Hours an ended run is held. Default 72.'),
  SPANLIGHT_DETAIL_BYTES: setting(
    whole(0, 16_384 * MiB),
    '134217728',
    'Bytes of content (messages, arguments, results) held, a project; 0 keeps none. Default 128 MiB.',
  ),
  SPANLIGHT_READS_PER_MINUTE: setting(whole(1, 1_000_000), '120', 'Reads a minute and token. Default 120.'),
  SPANLIGHT_INGEST_PER_MINUTE: setting(
    whole(1, 10_000_000),
    '6000',
    'Ingest requests a minute and token. Default 6000.',
  ),
  SPANLIGHT_INGEST_QUEUE_EVENTS: setting(
    whole(1000, 10_000_000),
    '20000',
    'Events that may wait for the log; over half of it log lines, updates and content are let go. Default 20000.',
  ),
  SPANLIGHT_INGEST_QUEUE_BYTES: setting(
    whole(16 * MiB, 16_384 * MiB),
    '134217728',
    'Bytes of bodies that may be taken in at once, packed ones at their limit. Default 128 MiB.',
  ),
  SPANLIGHT_MAX_CONNECTIONS: setting(
    whole(1, 1_000_000),
    '2000',
    'Live connections at once, over all wires. Default 2000.',
  ),
  SPANLIGHT_MAX_CONNECTIONS_PER_TOKEN: setting(whole(1, 1_000_000), '1000', 'Of them, with one token. Default 1000.'),
  SPANLIGHT_MAX_CONNECTIONS_PER_ADDRESS: setting(
    whole(1, 1_000_000),
    '1000',
    'Of them, from one address, a hundredth of them (at least 10) before their hello. Behind a reverse proxy all come from one: raise it there. Default 1000.',
  ),
  SPANLIGHT_REDIS_URL: {
    ...setting(
      redisUrl,
      'redis://redis:6379',
      'Redis, for several relays on one log and for the input channel. Needs SPANLIGHT_LABEL_KEY, the same for all of them.',
    ),
    isSecret: true,
  },
  SPANLIGHT_REDIS_PREFIX: setting(
    channelName,
    'spanlight',
    'Begins the names the relays use in Redis: relays of another log on the same Redis take another one. Default spanlight.',
  ),
  SPANLIGHT_REDIS_EVENTS: setting(
    inputChannels,
    'agents.events,shop.events=shop',
    'Redis channels on which SDK processes publish, each as channel or channel=project. Default: none.',
  ),
  SPANLIGHT_REDIS_CONTROL: setting(
    channelName,
    'agents.control',
    'Redis channel on which decisions go back to the agents. Default agents.control.',
  ),
  SPANLIGHT_CONTROL_KEY: secret(
    'Key that signs decisions on the control channel, shared with the agents. Unset: none are sent.',
  ),
  SPANLIGHT_REPORTED_DECISIONS: setting(
    oneOf(['on', 'off']),
    'off',
    'off: a decision about an approval is taken only from a token that holds approvals.decide beside ingest. Default on: processes may report what was decided in them; such a report is shown, never signed.',
  ),
  SPANLIGHT_METRICS_TOKEN: secret('Token for GET /metrics. Unset: this machine only.'),
  SPANLIGHT_STOP_SECONDS: setting(
    whole(0, 300),
    '30',
    'Longest time in which a relay that stops sends its readers to the other relays, one after the other. Default 30.',
  ),
  SPANLIGHT_LOG_LEVEL: setting(
    z.enum(logLevels, 'is none of off, error, warn, info'),
    'info',
    'What is written to standard error as JSON lines: off, error, warn or info. Default off.',
  ),
  SPANLIGHT_OVERVIEW_EVENTS_PER_SEC: setting(
    whole(0, 1_000_000),
    '1000',
    'Above this rate of a project, over ten seconds, a dashboard gets run totals and metrics in place of every span, and spans of what is open; 0: always. Default 1000.',
  ),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settingTable;

const scopeValue = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .refine((text) => !text.includes('\0'), 'holds U+0000');
/** A limit that limits nothing is most likely a mistake. */
export const scopeSchema = z
  .strictObject({
    session: scopeValue.optional(),
    user: scopeValue.optional(),
    tags: z.array(scopeValue).min(1).max(16).optional(),
  })
  .refine((scope) => Object.keys(scope).length > 0, 'names no session, user or tags');

/** One entry of the `SPANLIGHT_TOKENS` file. */
const tokenEntrySchema = z.strictObject({
  name: z.string().min(1).max(64),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not the SHA-256 of a token as 64 small hex digits'),
  roles: z.array(z.enum(roles)).min(1).max(roles.length),
  project: projectName,
  scope: scopeSchema.optional(),
  expiresAt: z.iso.datetime({ offset: true, message: 'is no time like 2027-01-31T12:00:00Z' }).optional(),
});

/** A token as the relay keeps it: the digest, never the token. */
export type TokenEntry = z.infer<typeof tokenEntrySchema>;

export const tokensFileSchema = z.array(tokenEntrySchema).max(10_000);
