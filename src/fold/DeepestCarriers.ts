import type { RunNode } from './runNode.ts';
import * as flag from './spanFlags.ts';
import { type SpanNode } from './spanNode.ts';

/**
 * The spans of a run that carry usage and have none that do below them. It is kept while they pay, see `chargeRules.ts`, and
 * follows each change, so that a span more costs the way up to the first that knew of one below it, and not a walk of the run.
 */
export class DeepestCarriers {
  readonly nodes = new Set<SpanNode>();
  /** Became the deepest, or are no longer, since this was emptied. */
  readonly changed = new Set<SpanNode>();
  /** 1 for carrying usage itself, and 1 for each child with a weight. */
  private readonly weights = new Map<SpanNode, number>();

  /** O(run) */
  constructor({ nodes }: RunNode) {
    for (const node of nodes.values()) if (node.flags & flag.carrier) this.gain(node);
  }

  /** A span carries usage now, or a child with a weight was hung under it. */
  gain(first: SpanNode): void {
    for (let node: SpanNode | undefined = first; node; node = node.parent) {
      const before = this.weights.get(node) ?? 0;
      this.weights.set(node, before + 1);
      this.look(node, before + 1);
      if (before > 0) return;
    }
  }

  /** The other way round. */
  lose(first: SpanNode): void {
    for (let node: SpanNode | undefined = first; node; node = node.parent) {
      const after = (this.weights.get(node) ?? 0) - 1;
      if (after > 0) this.weights.set(node, after);
      else this.weights.delete(node);
      this.look(node, after);
      if (after > 0) return;
    }
  }

  attached(node: SpanNode): void {
    if (node.parent && this.weights.has(node)) this.gain(node.parent);
  }

  /** @param parent - what it hung under */
  detached(node: SpanNode, parent: SpanNode): void {
    if (this.weights.has(node)) this.lose(parent);
  }

  private look(node: SpanNode, weight: number): void {
    const isDeepest = weight === 1 && (node.flags & flag.carrier) !== 0;
    if (isDeepest === this.nodes.has(node)) return;
    if (isDeepest) this.nodes.add(node);
    else this.nodes.delete(node);
    this.changed.add(node);
  }
}
