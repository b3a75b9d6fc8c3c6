import type { RunHistory } from '../../history/RunHistory.ts';
import { SqlFault } from './SqlFault.ts';

/** Until its tables stand, a log in a database says that it cannot be asked. */
export function createSqlRunHistory(): RunHistory {
  const refuse = async () => {
    throw new SqlFault('LOG_NO_HISTORY');
  };
  return { runs: refuse, run: refuse, facts: refuse, logs: refuse, errors: refuse, metrics: refuse, names: refuse };
}
