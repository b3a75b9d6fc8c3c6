/** What a subcommand may touch of the process it runs in, so that a test can stand in for it. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths of the command line count from here. */
  readonly cwd: string;
  /** Reads a UTF-8 file; a relative path counts from {@link cwd}. Rejects as `readTextFile` does. */
  readonly readFile: (path: string) => Promise<string>;
  /** Writes a UTF-8 file, in place of one that is there; a relative path counts from {@link cwd}. */
  readonly writeFile: (path: string, text: string) => Promise<void>;
  /** Aborted at SIGINT or SIGTERM: a command that keeps running ends then. */
  readonly signal: AbortSignal;
  /** `true`: people read the output in a terminal. */
  readonly isTerminal: boolean;
}

/** A subcommand. @returns the exit code: 0 = done, 1 = failed, 2 = wrong use */
export type RunCommand = (argv: readonly string[], io: Io) => Promise<number>;
