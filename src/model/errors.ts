/** What an error text says, in this order: what happened, what follows from it, what to do. */
export interface MonitorErrorParts {
  readonly happened: string;
  readonly follows: string;
  readonly todo: string;
}

/**
 * Misuse of the library, or a start that cannot go on.
 * `code` is `area.what` and stable; the text may change. Carries no payload and no secret.
 */
export class MonitorError extends Error {
  override readonly name = 'MonitorError';
  readonly code: string;
  constructor(code: string, parts: MonitorErrorParts, options?: ErrorOptions) {
    super(`${parts.happened} ${parts.follows} ${parts.todo} [${code}]`, options);
    this.code = code;
  }
}

/** Ends a `switch` over a union: the compiler refuses it while a case is missing. */
export function assertNever(value: never): never {
  throw new MonitorError('model.unreachable', {
    happened: `A value outside its union reached a switch: ${typeof value}.`,
    follows: 'The operation was stopped.',
    todo: 'Please report this with the version you use.',
  });
}

/** A fault in foreign input: counted and shown, never thrown. */
export interface InputIssue {
  /** Where, e.g. `resourceSpans[0].scopeSpans[0].spans[3].startTimeUnixNano`. Names of fields only, no values. */
  readonly path: string;
  /** `area.what`, e.g. `event.unknown-type`. */
  readonly code: string;
  /** In words, without content of the input. */
  readonly reason: string;
}
