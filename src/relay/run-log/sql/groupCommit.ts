import { SqlFault } from './SqlFault.ts';

interface Waiting<Row, Answer> {
  readonly rows: readonly Row[];
  /** By `performance.now()`. */
  readonly sinceMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

export interface GroupCommitOptions<Row, Result, Answer> {
  /** One transaction. */
  readonly commit: (rows: readonly Row[]) => Promise<Result>;
  /** What the transaction gave the rows from `start` on. */
  readonly answerOf: (result: Result, start: number, count: number) => Answer;
  /** Transactions under way at once; they must end in the order they began. */
  readonly atOnce: number;
}

/** Rows of one transaction, unless a single append has more. */
const GROUP_ROWS = 500;
/** Rows that wait at most. What comes on top is refused: its sender has it and sends it again. */
const MAX_WAITING_ROWS = 50_000;
/**
 * Who has waited so long behind a transaction that failed is refused with it. Behind a log that says nothing each transaction takes
 * until its time is up, and a sender would give up before its own turn came.
 */
const PATIENCE_MS = 10_000;

/**
 * Appends that come while a transaction is under way go together into the next one, so that many share one write to the disk
 * and one alone never waits for company.
 */
export function createGroupCommit<Row, Result, Answer>(options: GroupCommitOptions<Row, Result, Answer>) {
  const { commit, answerOf, atOnce } = options;
  let waiting: Waiting<Row, Answer>[] = [];
  let waitingRows = 0;
  let underWay = 0;
  let isAsked = false;

  const takeGroup = (): Waiting<Row, Answer>[] => {
    let rows = 0;
    let count = 0;
    for (const { rows: own } of waiting) {
      if (count > 0 && rows + own.length > GROUP_ROWS) break;
      rows += own.length;
      count += 1;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    waitingRows -= rows;
    return group;
  };

  const takeImpatient = (): Waiting<Row, Answer>[] => {
    const untilMs = performance.now() - PATIENCE_MS;
    const impatient = waiting.filter(({ sinceMs }) => sinceMs <= untilMs);
    waiting = waiting.slice(impatient.length); // who came first stands first
    for (const { rows } of impatient) waitingRows -= rows.length;
    return impatient;
  };

  const commitGroup = async () => {
    const group = takeGroup();
    if (group.length === 0) return;
    underWay += 1;
    try {
      const result = await commit(group.length === 1 ? (group[0]?.rows ?? []) : group.flatMap(({ rows }) => rows));
      let start = 0;
      for (const { rows, resolve } of group) {
        resolve(answerOf(result, start, rows.length));
        start += rows.length;
      }
    } catch (cause) {
      for (const { reject } of [...group, ...takeImpatient()]) reject(cause);
    } finally {
      underWay -= 1;
      ask();
    }
  };

  const ask = () => {
    if (isAsked || underWay >= atOnce || waiting.length === 0) return;
    isAsked = true;
    setImmediate(() => {
      isAsked = false;
      void commitGroup();
      ask();
    });
  };

  return {
    /** @throws {SqlFault} `LOG_BUSY` when too much waits already */
    add(rows: readonly Row[]): Promise<Answer> {
      if (waitingRows + rows.length > MAX_WAITING_ROWS && waitingRows > 0)
        return Promise.reject(new SqlFault('LOG_BUSY'));
      waitingRows += rows.length;
      return new Promise((resolve, reject) => {
        waiting.push({ rows, sinceMs: performance.now(), resolve, reject });
        ask();
      });
    },
  };
}
