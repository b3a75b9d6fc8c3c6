import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MonitorError } from '../model/errors.ts';
import { isLoopback } from '../relay/auth/roleTokens.ts';
import { findDashboardDir } from '../relay/http/dashboardFiles.ts';
import { createRelay, parseSettings } from '../relay/index.ts';
import { agentsEnv } from './demo/agentsEnv.ts';
import { startScriptedModel } from './demo/scriptedModel.ts';
import { createSessionPlugin } from './demo/sessionPlugin.ts';
import { superviseAgents } from './demo/superviseAgents.ts';
import type { Io, RunCommand } from './io.ts';
import { numberOf } from './numberOf.ts';
import { withDataDir } from './withDataDir.ts';

const help = `Usage: spanlight demo [options]

Starts a relay, four real agents on a scripted model, and the dashboard. Nothing leaves this machine, nothing costs money.

Options:
  --seed N   which demo: the same number gives the same story (default 1)
  --pace P   1 is the pace of people, 0.2 is five times as fast (default 1)
  -h, --help

SPANLIGHT_HOST, SPANLIGHT_PORT and the relay's other settings apply.
`;

/** `spanlight demo`, which is also `npm start`. Runs until the signal comes. */
export const runDemo: RunCommand = async (argv, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      seed: { type: 'string', default: '1' },
      pace: { type: 'string', default: '1' },
      /** The agents' own process; started by this command, not by people. */
      agents: { type: 'boolean' },
    },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (values.agents) {
    const { runAgentsProcess } = await import('./demo/agentsProcess.ts');
    return runAgentsProcess(io);
  }
  const seed = numberOf('--seed', values.seed, 0, 2 ** 32 - 1);
  const pace = numberOf('--pace', values.pace, 0.01, 100);
  requireSdk();
  return serve(io, seed, pace);
};

async function serve(io: Io, seed: number, pace: number): Promise<number> {
  const settings = withDataDir(parseSettings(io.env), io);
  const dashboardDir = findDashboardDir();
  const workflowPath = settings.workflowPath ?? findWorkflow(dashboardDir);
  let tokens: Parameters<typeof createSessionPlugin>[0] = () => ({});
  const relay = await createRelay({
    ...settings,
    workflowPath,
    readsPerMinute: Math.max(settings.readsPerMinute, 1200), // one person may click fast
    plugins: isLoopback(settings.host) ? [createSessionPlugin(() => tokens())] : [],
    log({ level, event, ...fields }) {
      if (level === 'error') io.stderr(`relay: ${event} ${JSON.stringify(fields)}\n`);
    },
  });
  tokens = () => relay.tokens;
  const model = await startScriptedModel({ seed, pace });
  io.stdout(`Spanlight demo: ${relay.url} (log: ${relay.logPlace})\n`);
  if (dashboardDir === undefined)
    io.stdout('The dashboard is not built; run: npm run build:demo [demo.no-dashboard]\n');
  io.stdout('Four agents are at work on a scripted model. Ctrl-C ends it.\n');

  await superviseAgents({
    command: agentsCommand(),
    env: {
      ...io.env,
      SPANLIGHT_URL: relay.url,
      SPANLIGHT_INGEST_TOKEN: relay.tokens.ingest,
      OPENAI_AGENTS_DISABLE_TRACING: undefined,
      [agentsEnv.modelUrl]: model.url,
      [agentsEnv.seed]: String(seed),
      [agentsEnv.pace]: String(pace),
    },
    signal: io.signal,
    onCrash({ code, isLast }) {
      const next = isLast ? 'They are not started again; the dashboard stays.' : 'They are started again.';
      io.stderr(`The agents ended by themselves (${code}). ${next} [demo.agents-ended]\n`);
    },
  });
  await untilAborted(io.signal);
  await relay.close();
  await model.close();
  return 0;
}

/** This command once more, as the process of the agents. */
function agentsCommand(): [string, ...string[]] {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(new URL(isSource ? './index.ts' : './index.js', import.meta.url));
  return [process.execPath, ...(isSource ? ['--import', 'tsx'] : []), entry, 'demo', '--agents'];
}

function findWorkflow(dashboardDir: string | undefined): string | undefined {
  const sources = fileURLToPath(new URL('../../demo/public', import.meta.url));
  return [dashboardDir, sources]
    .map((dir) => dir && join(dir, 'workflow.json'))
    .find((path) => path !== undefined && path !== '' && existsSync(path));
}

/** @throws {MonitorError} `demo.no-sdk` */
function requireSdk(): void {
  try {
    createRequire(import.meta.url).resolve('@openai/agents');
  } catch (cause) {
    throw new MonitorError(
      'demo.no-sdk',
      {
        happened: 'The demo runs real agents of @openai/agents, and that package is not installed.',
        follows: 'The demo did not start.',
        todo: 'Run: npm install @openai/agents zod (or, without agents: spanlight relay, and spanlight simulate --to its address).',
      },
      { cause },
    );
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setInterval(() => undefined, 60_000); // the dashboard stays, also when the agents do not
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(timer);
        resolve();
      },
      { once: true },
    );
  });
}
