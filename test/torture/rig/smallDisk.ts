import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { TortureContext } from './types.ts';

export interface SmallDisk {
  /** It has so much room from now on, in place. */
  resize(bytes: number): void;
}

/** A file system of its own size at a folder. @returns `undefined` where this user may mount none */
export function mountSmallDisk(
  context: Pick<TortureContext, 'onEnd'>,
  dir: string,
  bytes: number,
): SmallDisk | undefined {
  mkdirSync(dir, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  context.onEnd(() => execFileSync('umount', ['--lazy', dir], { stdio: 'ignore' }));
  return {
    resize: (size) => void execFileSync('mount', ['-o', `remount,size=${size}`, dir], { stdio: 'ignore' }),
  };
}
