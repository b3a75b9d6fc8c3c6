import { execFileSync } from 'node:child_process';
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** As a host's own shell would run it: `NODE_ENV` of the tests would build a development React. */
export const runIn = (cwd: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  execFileSync(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: undefined, ...env },
  });

/** Packs the library as npm would publish it. @returns path of the tarball */
export function packLibrary(folder: string): string {
  const packed = JSON.parse(
    runIn(process.cwd(), 'npm', ['pack', '--json', '--pack-destination', folder]).toString(),
  ) as { filename: string }[];
  const tarball = join(folder, 'spanlight.tgz');
  renameSync(join(folder, packed[0]?.filename ?? ''), tarball);
  return tarball;
}

/** A copy of an example beside the tarball, installed and built. `prepare` may change files before the build. */
export function buildExample(
  folder: string,
  example: string,
  tarball: string,
  prepare?: (dir: string) => void,
): string {
  const dir = join(folder, example);
  cpSync(join('examples', example), dir, {
    recursive: true,
    filter: (path) => !/[\\/](?:node_modules|dist|keys)$/.test(path),
  });
  cpSync(tarball, join(dir, 'spanlight.tgz'));
  prepare?.(dir);
  runIn(dir, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline']);
  runIn(dir, 'npm', ['run', 'build']);
  return dir;
}
