import { freshDatabase } from '../freshDatabase.ts';
import { startRelay } from '../support.ts';
import { describeHostileQueries } from './describeHostileQueries.ts';

describeHostileQueries('PostgreSQL', async () => startRelay({ databaseUrl: await freshDatabase() }));
