// `npm run api` writes docs/api/*.md, one file an entry; `npm run check:api` fails with a diff when they are stale.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApiReports } from './api/entryReport.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const reportDir = join(root, 'docs/api');
const isCheck = process.argv.includes('--check');

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types?: string; readonly default: string }>>;
}

/** Entries by the name people import them under, the headless ones first: what two offer is told in the smaller one. */
function readEntries(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const entries = Object.entries(exports).flatMap(([path, target]): [string, string][] => {
    const types = typeof target === 'string' ? undefined : target.types;
    if (!types || types.includes('.css')) return [];
    return [[path === '.' ? 'spanlight' : `spanlight/${path.slice(2)}`, types.replace('./dist/', '')]];
  });
  return Object.fromEntries(entries.sort(([left], [right]) => rank(left) - rank(right)));
}
const rank = (entry: string): number => {
  const order = ['spanlight/store', 'spanlight/transport'];
  if (order.includes(entry)) return order.indexOf(entry);
  return entry === 'spanlight' ? 99 : 50;
};

/** The compiler's own declarations, in a folder of their own: `dist` may be in the middle of a build. */
function emitDeclarations(outDir: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', outDir], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return;
  process.stderr.write(stdout);
  throw new Error('the sources do not compile, so there is no API to report');
}

const fileOf = (entry: string): string => join(reportDir, `${entry.replace('spanlight/', '')}.md`);

const outDir = mkdtempSync(join(tmpdir(), 'spanlight-api-'));
try {
  emitDeclarations(outDir);
  const reports = new Map([...createApiReports(outDir, readEntries())].map(([entry, text]) => [fileOf(entry), text]));
  const known = existsSync(reportDir) ? readdirSync(reportDir).map((name) => join(reportDir, name)) : [];
  const stale = [...new Set([...known, ...reports.keys()])].filter(
    (file) => !existsSync(file) || readFileSync(file, 'utf8') !== reports.get(file),
  );
  if (!isCheck) {
    mkdirSync(reportDir, { recursive: true });
    for (const file of stale) {
      const text = reports.get(file);
      if (text === undefined) rmSync(file);
      else writeFileSync(file, text);
    }
  } else if (stale.length > 0) {
    for (const file of stale) showDiff(file, reports.get(file));
    process.stderr.write(
      '\nThe API is another one than docs/api says. If that is meant: npm run api, and commit it.\n',
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(outDir, { recursive: true, force: true });
}

function showDiff(file: string, text: string | undefined): void {
  const fresh = join(outDir, 'fresh.md');
  writeFileSync(fresh, text ?? '');
  const old = existsSync(file) ? file : '/dev/null';
  const { stdout } = spawnSync('git', ['diff', '--no-index', '--no-color', '-U1', '--', old, fresh], {
    encoding: 'utf8',
  });
  process.stderr.write(stdout.split('\n').slice(0, 200).join('\n'));
}
