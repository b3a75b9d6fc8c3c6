import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { Client } from 'pg';
import type { MonitorEvent } from 'spanlight/store';
import { type ServiceProcess, startServiceProcess } from './serviceProcess.ts';
import type { TortureContext } from './types.ts';

/** Where a relay keeps its log. */
export type LogKind = 'memory' | 'sqlite' | 'postgres';
interface Row {
  readonly seq: number;
  readonly rts: number;
  readonly body: string;
}

export interface PreparedLog {
  readonly kind: LogKind;
  /** Settings of a relay that uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder of an embedded log. */
  readonly dir: string | undefined;
  readonly postgres: ServiceProcess | undefined;
  /** Every row in order, read from the database directly; empty for a log that lives in the relay only. */
  readEvents(): Promise<readonly MonitorEvent[]>;
}

const query = (columns: string) =>
  `select ${columns} from event join stream on stream.pid = event.pid where stream.project = 'default' order by event.seq`;
const COLUMNS = 'event.seq as seq, event.rts as rts, event.body as body';

const eventOf = ({ seq, rts, body }: Row): MonitorEvent =>
  ({ ...(JSON.parse(body) as MonitorEvent), seq: Number(seq), rts: Number(rts) }) as MonitorEvent;

let made = 0;

/** An empty log of a kind. */
export async function prepareLog(context: TortureContext, kind: LogKind): Promise<PreparedLog> {
  made += 1;
  if (kind === 'memory') {
    return {
      kind,
      env: { SPANLIGHT_STORE: 'memory' },
      dir: undefined,
      postgres: undefined,
      readEvents: async () => [],
    };
  }
  if (kind === 'sqlite') {
    const dir = join(context.dir, `log-${made}`);
    return {
      kind,
      env: { SPANLIGHT_STORE: 'sqlite', SPANLIGHT_DATA_DIR: dir },
      dir,
      postgres: undefined,
      async readEvents() {
        const file = join(dir, 'log.db');
        if (!existsSync(file)) return [];
        const db = new Database(file, { readonly: true });
        try {
          return (db.prepare(query(COLUMNS)).all() as Row[]).map(eventOf);
        } finally {
          db.close();
        }
      },
    };
  }
  const postgres = await startServiceProcess(context, 'postgres');
  return {
    kind,
    env: { SPANLIGHT_STORE: 'postgres', SPANLIGHT_DATABASE_URL: postgres.url },
    dir: undefined,
    postgres,
    async readEvents() {
      const client = new Client({ connectionString: postgres.url });
      await client.connect();
      try {
        return (await client.query<Row>(query(COLUMNS))).rows.map(eventOf);
      } finally {
        await client.end();
      }
    },
  };
}
