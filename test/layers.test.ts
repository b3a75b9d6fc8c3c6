import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Who may import whom, sideways and down. Everything else is refused. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  adapters: ['model'],
  fold: ['model'],
  prices: ['model'],
  metrics: ['model'],
  transport: ['model'],
  simulator: ['model', 'prices', 'transport'],
  store: ['model', 'fold', 'metrics'],
  hooks: ['model', 'fold', 'metrics', 'store'],
  components: ['model', 'store', 'hooks'],
  relay: ['model', 'adapters', 'fold', 'metrics', 'prices', 'simulator'],
  agent: ['model', 'adapters'],
  cli: ['model', 'adapters', 'fold', 'metrics', 'prices', 'simulator', 'transport', 'store', 'relay', 'agent'],
};
const layers = Object.keys(allowed);
const headless = [
  'model',
  'adapters',
  'fold',
  'metrics',
  'prices',
  'simulator',
  'transport',
  'store',
  'relay',
  'agent',
  'cli',
];
const browser = [
  'model',
  'adapters',
  'fold',
  'metrics',
  'prices',
  'simulator',
  'transport',
  'store',
  'hooks',
  'components',
];

/** What a file in a layer imports, and whether lint has to refuse it. */
const probes = [
  ...layers.flatMap((layer) =>
    layers
      .filter((other) => other !== layer)
      .map((other) => ({
        layer,
        other,
        specifier: `../${other}/index.ts`,
        isRefused: !allowed[layer]?.includes(other),
      })),
  ),
  ...headless.map((layer) => ({ layer, other: 'react', specifier: 'react', isRefused: true })),
  ...headless.map((layer) => ({ layer, other: 'react-dom', specifier: 'react-dom/client', isRefused: true })),
  ...browser.map((layer) => ({ layer, other: 'node', specifier: 'node:fs', isRefused: true })),
  { layer: 'relay', other: 'node', specifier: 'node:fs', isRefused: false },
  { layer: 'store', other: 'a transport', specifier: '../transport/createWebSocketTransport.ts', isRefused: true },
  ...['store', 'hooks', 'components'].map((layer) => ({
    layer,
    other: 'the types of a transport',
    specifier: '../transport/types.ts',
    isRefused: false,
  })),
].map((probe, index) => ({ ...probe, file: `src/${probe.layer}/probe${index}.ts` }));

interface Finding {
  readonly code: string;
  readonly filename: string;
}
let findings: ReadonlySet<string>;
let folder: string;

/** Lint really runs, with the project's own rules, on a file of each kind. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanlight-layers-'));
  await cp(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const { file, specifier } of probes) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `import { a } from '${specifier}';\nexport const b = a;\n`);
    // a folder deeper the same is refused as well
    const deep = file.replace('/probe', '/deep/probe');
    await mkdir(dirname(join(folder, deep)), { recursive: true });
    const deeper = specifier.startsWith('.') ? `../${specifier}` : specifier;
    await writeFile(join(folder, deep), `import { a } from '${deeper}';\nexport const b = a;\n`);
  }
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const out = await new Promise<string>((resolve, reject) => {
    const args = [oxlint, '--format', 'json', 'src'];
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      stdout ? resolve(stdout) : reject(new Error(stderr)),
    );
  });
  const { diagnostics } = JSON.parse(out) as { diagnostics: Finding[] };
  const isBoundary = ({ code }: Finding) => /no-restricted-imports|no-nodejs-modules/.test(code);
  findings = new Set(diagnostics.filter(isBoundary).map(({ filename }) => filename));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('layers', () => {
  it.each(probes)('$layer and $other ($specifier): refused $isRefused', ({ file, isRefused }) => {
    expect([findings.has(file), findings.has(file.replace('/probe', '/deep/probe'))]).toEqual([isRefused, isRefused]);
  });
});
