import type { CompiledQuery } from 'kysely';
import { crashPoint } from '../../crashPoint.ts';
import type { EachRow, LogStore } from './LogStore.ts';
import type { ApprovalTable, LogLineTable, MeasureTable, RunFacetTable, RunTable, ScoreTable } from './LogTables.ts';
import { putRows } from './putRows.ts';
import type { RunRows } from './writtenRuns.ts';

/** Rows of one transaction: short enough that an append does not wait long behind it. */
const WRITE_ROWS = 1000;

const removeTexts = {
  sqlite: {
    run_facet: 'DELETE FROM run_facet WHERE pid = ? AND run = ?',
    measure: 'DELETE FROM measure WHERE pid = ? AND run = ?',
  },
  postgres: {
    run_facet: 'DELETE FROM run_facet WHERE pid = $1 AND run = $2',
    measure: 'DELETE FROM measure WHERE pid = $1 AND run = $2',
  },
} as const;

interface Rows {
  readonly lines: LogLineTable[];
  readonly withoutFacets: string[];
  readonly withoutMeasures: string[];
  readonly runs: RunTable[];
  readonly facets: RunFacetTable[];
  readonly measures: MeasureTable[];
  readonly approvals: ApprovalTable[];
  readonly scores: ScoreTable[];
  count: number;
}
const noRows = (): Rows => ({
  lines: [],
  withoutFacets: [],
  withoutMeasures: [],
  runs: [],
  facets: [],
  measures: [],
  approvals: [],
  scores: [],
  count: 0,
});

/** Rows of the read models on their way into the tables, by table and in transactions of a good size. A run must not come twice. */
export interface ModelBatch {
  addLines(lines: readonly LogLineTable[]): Promise<void>;
  addRun(rows: RunRows): Promise<void>;
  /** Writes the rest, and `last` in the same transaction. */
  end(last: readonly (CompiledQuery | EachRow)[]): Promise<void>;
}

export function createModelBatch(store: LogStore, pid: number): ModelBatch {
  let rows = noRows();

  const write = async (last: readonly (CompiledQuery | EachRow)[]) => {
    const { lines, withoutFacets, withoutMeasures, runs, facets, measures, approvals, scores } = rows;
    rows = noRows();
    const remove = (table: keyof (typeof removeTexts)['sqlite'], of: readonly string[]): readonly EachRow[] =>
      of.length === 0 ? [] : [{ sql: removeTexts[store.kind][table], rows: of.map((run) => [pid, run]) }];
    const statements = [
      ...putRows(store.kind, 'log_line', lines),
      ...remove('run_facet', withoutFacets),
      ...remove('measure', withoutMeasures),
      ...putRows(store.kind, 'run', runs),
      ...putRows(store.kind, 'run_facet', facets),
      ...putRows(store.kind, 'measure', measures),
      ...putRows(store.kind, 'approval', approvals),
      ...putRows(store.kind, 'score', scores),
      ...last,
    ];
    crashPoint('read-model');
    if (statements.length > 0) await store.write(statements);
  };

  /** Adds rows to one of the lists, and writes whenever there are enough. */
  const add = async <Row>(listOf: (all: Rows) => Row[], given: Iterable<Row>) => {
    for (const row of given) {
      listOf(rows).push(row);
      rows.count += 1;
      if (rows.count >= WRITE_ROWS) await write([]);
    }
  };

  return {
    addLines: (lines) => add((all) => all.lines, lines),
    async addRun({ run, facets, entities, measures, areMeasuresAll }) {
      if (facets) await add((all) => all.withoutFacets, [run.run]);
      if (areMeasuresAll) await add((all) => all.withoutMeasures, [run.run]);
      await add((all) => all.runs, [run]);
      await add((all) => all.facets, facets ?? []);
      await add((all) => all.measures, measures);
      await add((all) => all.approvals, entities?.approvals ?? []);
      await add((all) => all.scores, entities?.scores ?? []);
    },
    end: write,
  };
}
