import type { Format } from '../../hooks/format/createFormat.ts';
import type { Messages } from '../../hooks/messages/index.ts';
import type { GraphNode, GraphNodeActivity } from '../../store/workflow/types.ts';

/** The name of a node as people read it. */
export function nodeName(node: GraphNode, words: Messages['workflow']): string {
  if (node.label !== '') return node.label;
  return node.kind === 'approval' ? words.person : words.outside;
}

export interface NodeWords {
  /** Second line of the node; without a time that ticks. */
  readonly figures: string;
  readonly tone: 'live' | 'attn' | 'err' | undefined;
  /** A time since this moment stands behind it, in these words. */
  readonly sinceMs: number | undefined;
  readonly ticking: ((elapsed: string) => string) | undefined;
}

/** What the second line of a node says. */
export function nodeWords(
  node: GraphNode,
  activity: GraphNodeActivity,
  context: {
    readonly words: Messages['workflow'];
    readonly format: Format;
    readonly hasFile: boolean;
    readonly isLowerBound: boolean;
  },
): NodeWords {
  const { words, format, hasFile, isLowerBound } = context;
  const { state, calls, failedCalls, rejectedCalls, innerCalls, lastDurationMs, openSinceMs } = activity;
  const isAgent = node.kind === 'agent';
  const isPerson = node.kind === 'approval';
  const still = { sinceMs: undefined, ticking: undefined };
  if (state === 'off') return { figures: hasFile ? words.notUsed : words.notReached, tone: undefined, ...still };
  const count = (value: number) => `${isLowerBound ? '≥ ' : ''}${format.count(value)}`;
  const isOpen = state === 'live' || state === 'waiting';
  const duration = isOpen || lastDurationMs === undefined ? undefined : format.duration(lastDurationMs);
  const figures = words.figures({
    isAgent,
    calls: count(calls),
    isOne: calls === 1 && !isLowerBound,
    failed: failedCalls > 0 ? format.count(failedCalls) : undefined,
    rejected: rejectedCalls > 0 ? format.count(rejectedCalls) : undefined,
    inner: innerCalls > 0 ? count(innerCalls) : undefined,
    duration,
  });
  if (state === 'waiting') return { figures: '', tone: 'attn', sinceMs: openSinceMs, ticking: words.waiting };
  if (state === 'live') {
    const isOnly = calls === 1 && !isAgent && innerCalls === 0;
    const ticking = isAgent ? undefined : words.running;
    return { figures: isOnly ? '' : figures, tone: isAgent ? undefined : 'live', sinceMs: openSinceMs, ticking };
  }
  const isBare = isPerson && calls === 1 && duration !== undefined && state === 'done';
  return { figures: isBare ? duration : figures, tone: state === 'err' ? 'err' : undefined, ...still };
}

/** What a reader hears between the name of a node and its figures: what is drawn there has no words. */
export function drawnWords(
  node: GraphNode,
  activity: GraphNodeActivity,
  { words, kind }: { readonly words: Messages['workflow']; readonly kind: string },
): string {
  const state = activity.state === 'off' ? '' : words.state[activity.state];
  const isUnlisted = node.origin === 'unlisted';
  return words.node([kind, state, isUnlisted ? words.notInFile.toLowerCase() : '']);
}
