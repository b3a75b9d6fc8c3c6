import type { MonitorEvent } from '../../model/event.ts';

/** Names that the SDKs of a project declared when they started. */
export interface NameCatalogue {
  /** Grows when names come. */
  readonly version: number;
  has(name: string): boolean;
  /** Hears of an event; what is no declaration is let pass. */
  take(event: MonitorEvent): void;
}

const declaring = ['agentNames', 'toolNames', 'guardrailNames', 'modelNames', 'workflowNames'] as const;
/** Bounded: whoever may write events could declare without end. */
const MAX_NAMES = 20_000;

export function createNameCatalogue(): NameCatalogue {
  const names = new Set<string>();
  let version = 0;
  return {
    get version() {
      return version;
    },
    has: (name) => names.has(name),
    take({ type, a }) {
      if (type !== 'producer.hello' && type !== 'producer.beat') return;
      const before = names.size;
      for (const field of declaring) {
        for (const name of (a as { readonly [Field in typeof field]?: readonly string[] })[field] ?? []) {
          if (names.size < MAX_NAMES) names.add(name);
        }
      }
      if (names.size > before) version += 1;
    },
  };
}
