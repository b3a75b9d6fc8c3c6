// First step of `npm start` and `npm test`. Plain Node without dependencies: it must run when node_modules is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const lock = 'package-lock.json';
const stamp = 'node_modules/.package-lock.json'; // npm writes it last, so an install that was cut off leaves none

const fresh = existsSync(stamp) && (!existsSync(lock) || statSync(stamp).mtimeMs >= statSync(lock).mtimeMs);
if (!fresh) {
  // --include=dev: NODE_ENV=production would leave the build tools out
  const args = [existsSync(lock) ? 'ci' : 'install', '--include=dev'];
  console.log(`npm ${args[0]}: node_modules is missing or older than ${lock}`);
  const npm = process.env.npm_execpath; // the npm that started us; also spares Windows its npm.cmd
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(program, [...first, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) console.error(`npm did not start: ${error.message}`);
  process.exit(status ?? 1);
}
