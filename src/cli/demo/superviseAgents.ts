import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

export interface SuperviseOptions {
  /** Program and arguments of the agents' process. */
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** It ended by itself: how, and whether it is started again. */
  readonly onCrash: (crash: { readonly code: number | string; readonly isLast: boolean }) => void;
  /** How often it is started again before the demo gives it up. Default 5. */
  readonly maxRestarts?: number | undefined;
  /** Wait before the first restart, ms; doubled each time. Default 500. */
  readonly restartAfterMs?: number | undefined;
}

/** How long a process that was asked to end may take before it is made to, ms. */
const END_MS = 4_000;
/** A process that ran this long counts as well again, ms. */
const WELL_AFTER_MS = 60_000;

/** Keeps the agents' process running until the signal comes, then ends it. Resolves once it is gone. */
export async function superviseAgents(options: SuperviseOptions): Promise<void> {
  const { signal, onCrash, maxRestarts = 5, restartAfterMs = 500 } = options;
  const [program, ...args] = options.command;
  let restarts = 0;
  while (!signal.aborted) {
    const startedAtMs = performance.now();
    // The IPC channel closes when this process dies, whatever killed it: the agents end then, too.
    const child = spawn(program, args, { env: options.env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const end = () => void endChild(child);
    signal.addEventListener('abort', end, { once: true });
    const how = await exitOf(child);
    signal.removeEventListener('abort', end);
    if (signal.aborted) return;
    if (performance.now() - startedAtMs > WELL_AFTER_MS) restarts = 0;
    const isLast = restarts >= maxRestarts;
    onCrash({ code: how, isLast });
    if (isLast) return;
    await wait(restartAfterMs * 2 ** restarts, undefined, { signal }).catch(() => undefined);
    restarts += 1;
  }
}

async function exitOf(child: ChildProcess): Promise<number | string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? signal ?? 'unknown';
  } catch (cause) {
    return (cause as { code?: string }).code ?? 'not started';
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await once(child, 'exit').catch(() => undefined);
  clearTimeout(timer);
}
