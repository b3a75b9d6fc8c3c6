/**
 * Steps at which a fault test can kill this process, in the order an event passes them. `in-transaction` and `before-commit` run in
 * the thread that writes; a kill ends the whole process all the same.
 */
export const crashLabels = [
  'before-append',
  'in-transaction',
  'before-commit',
  'after-commit-before-ack',
  'after-ack',
  'read-model',
  'retention',
  'checkpoint',
  'rotate-epoch',
] as const;
export type CrashLabel = (typeof crashLabels)[number];

/** Set to `1` beside `SPANLIGHT_CRASH_AT` by fault tests alone: one variable that somebody left behind must kill nothing. */
const CRASH_SWITCH = 'SPANLIGHT_CRASH_TEST';

interface Armed {
  readonly label: CrashLabel;
  /** Passes that are left before the one that kills. */
  passesLeft: number;
}

const armed = readArmed(process.env);

/** Ends the process by SIGKILL at the n-th pass, where `SPANLIGHT_CRASH_AT=label:n` says so; else does nothing. */
export function crashPoint(label: CrashLabel): void {
  if (armed?.label !== label) return;
  armed.passesLeft -= 1;
  if (armed.passesLeft > 0) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(stillness, 0, 0); // the signal may take a moment, and nothing of what follows may happen
}

const stillness = new Int32Array(new SharedArrayBuffer(4));

function readArmed(env: NodeJS.ProcessEnv): Armed | undefined {
  if (env[CRASH_SWITCH] !== '1') return undefined;
  const match = /^([a-z-]+):(\d{1,9})$/.exec(env['SPANLIGHT_CRASH_AT'] ?? '');
  const label = crashLabels.find((known) => known === match?.[1]);
  return label && { label, passesLeft: Number(match?.[2]) };
}
