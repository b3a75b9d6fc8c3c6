import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What producers were promised, in an append-only file that the product never touches: one line an acked event. */
export interface Ledger {
  readonly count: number;
  write(entries: readonly { readonly id: string; readonly seq?: number | undefined; readonly durable: string }[]): void;
  /** Every acked event, as the file has it. */
  read(): Map<string, { readonly seq: number | undefined; readonly durable: string }>;
}

export function createLedger(dir: string, onEnd: (cleanup: () => void) => void, name = 'acked'): Ledger {
  const path = join(dir, `${name}.ledger`);
  const file = openSync(path, 'a');
  onEnd(() => closeSync(file));
  let count = 0;
  return {
    get count() {
      return count;
    },
    write(entries) {
      if (entries.length === 0) return;
      count += entries.length;
      appendFileSync(file, entries.map(({ id, seq, durable }) => `${id} ${seq ?? '-'} ${durable}\n`).join(''));
    },
    read() {
      const acked = new Map<string, { readonly seq: number | undefined; readonly durable: string }>();
      for (const line of readFileSync(path, 'utf8').split('\n')) {
        const [id, seq, durable] = line.split(' ');
        if (id && durable) acked.set(id, { seq: seq === '-' ? undefined : Number(seq), durable });
      }
      return acked;
    },
  };
}
