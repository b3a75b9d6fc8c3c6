// `npm run spanlight -- …`: the command line from a clone. Builds what is missing or older than its sources, then runs it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli/index.js');
const lock = join(root, 'node_modules/.spanlight-build');

const library = { script: 'build', output: 'dist/cli/index.js', sources: ['src', 'package.json', 'vite.config.ts'] };
const page = { script: 'build:demo', output: 'dist/demo/index.html', sources: ['demo', 'src', 'vite.demo.config.ts'] };
const steps = ['relay', 'demo'].includes(process.argv[2]) ? [library, page] : [library];

function newestMs(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

const isFresh = ({ output, sources }) =>
  newestMs(join(root, output)) >= Math.max(1, ...sources.map((source) => newestMs(join(root, source))));

/** @returns whether it is built now */
function build({ script }) {
  const npm = process.env.npm_execpath; // the npm that started us; also spares Windows its npm.cmd
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status, error, stdout, stderr } = spawnSync(program, [...first, 'run', '--silent', script], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return true;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
  process.stderr.write(`spanlight: "npm run ${script}" failed, nothing was run. Try: npm ci --include=dev\n`);
  return false;
}

/** One build at a time: two would write into one `dist`. mkdir is the atomic step. @returns whether we hold it */
function takeLock() {
  try {
    mkdirSync(lock);
  } catch {
    if (!isHeld()) rmSync(lock, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  return true;
}

function isHeld() {
  try {
    const holder = readFileSync(join(lock, 'pid'), 'utf8');
    if (holder) return isAlive(Number(holder));
  } catch {
    // between its mkdir and its pid, or gone by now
  }
  return Date.now() - newestMs(lock) < 5_000;
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM'; // somebody else's process
  }
}

/** @returns whether everything is built now */
async function buildWhatIsStale() {
  while (!steps.every(isFresh)) {
    if (!takeLock()) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      for (const step of steps) {
        if (isFresh(step)) continue;
        process.stderr.write(`spanlight: npm run ${step.script} …\n`);
        if (!build(step)) return false;
      }
      return true;
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return true;
}

if (!existsSync(join(root, 'node_modules'))) {
  process.stderr.write('spanlight: node_modules is missing, nothing was run. Run: npm ci\n');
  process.exitCode = 1;
} else if (await buildWhatIsStale()) {
  process.argv[1] = cli;
  await import(pathToFileURL(cli).href);
} else {
  process.exitCode = 1;
}
