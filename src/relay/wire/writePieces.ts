import type { Writable } from 'node:stream';
import type { OnSent } from './Outlet.ts';

/**
 * One system call, however many they are.
 * @param onSent - called when the last of them left this process
 * @returns as `write` does
 */
export function writePieces(line: Writable, pieces: readonly Buffer[], onSent: OnSent | undefined): boolean {
  const first = pieces[0];
  if (first && pieces.length === 1) return line.write(first, onSent);
  let isTaken = true;
  line.cork();
  for (const [index, piece] of pieces.entries())
    isTaken = index === pieces.length - 1 ? line.write(piece, onSent) : line.write(piece);
  line.uncork();
  return isTaken;
}
