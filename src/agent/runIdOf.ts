import { asText } from '../adapters/looseRecord.ts';
import { readProperty } from './readProperty.ts';

/** Where the SDK keeps its one trace provider, whichever copy of the package asks. Source: agents-core, tracing/provider. */
const providerSymbol = Symbol.for('openai.agents.core.traceProvider');

/** The trace that a run result, a run state or an error of the SDK belongs to; it is no public field, so it may be missing. */
export function runIdOfState(holder: unknown): string | undefined {
  const state = readProperty(holder, 'state') ?? holder;
  return usable(readProperty(readProperty(state, '_trace'), 'traceId'));
}

/** The trace that is active where this is called. */
export function currentRunId(): string | undefined {
  try {
    const provider = (globalThis as unknown as Record<symbol, { getCurrentTrace?: () => unknown } | undefined>)[
      providerSymbol
    ];
    return usable(readProperty(provider?.getCurrentTrace?.(), 'traceId'));
  } catch {
    return undefined;
  }
}

/** The span that is active where this is called. */
export function currentSpanId(): string | undefined {
  try {
    const provider = (globalThis as unknown as Record<symbol, { getCurrentSpan?: () => unknown } | undefined>)[
      providerSymbol
    ];
    return usable(readProperty(provider?.getCurrentSpan?.(), 'spanId'));
  } catch {
    return undefined;
  }
}

const usable = (id: unknown) => (id === 'no-op' ? undefined : asText(id));
