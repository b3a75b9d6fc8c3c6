/** One line of the relay's own log: names, numbers and codes; never a payload, a token or a query. */
export interface RelayLogLine {
  /** Epoch ms. */
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  /** `area.what`, e.g. `stream.opened`. */
  readonly event: string;
  readonly [field: string]: string | number | boolean | undefined;
}

export type RelayLogger = (level: RelayLogLine['level'], event: string, fields?: LogFields) => void;
type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** The code of a fault, without its text: a text can quote what it choked on. */
export function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'unknown';
  const { code, name } = cause as { code?: unknown; name?: unknown };
  const word = typeof code === 'string' ? code : name;
  return typeof word === 'string' && /^[A-Za-z][\w.-]{0,60}$/.test(word) ? word : 'unknown';
}
