import type { SpanId } from '../model/ids.ts';
import type { SpanNode } from './spanNode.ts';

/** Another one in each process: who picks ids cannot know which of them meet. */
const seed = Math.floor(Math.random() * 2 ** 32);

/**
 * The spans of a run by id, in order of arrival. In a `Map` of 100,000 spans each search looks at the ids of other spans on its
 * way, wherever they are in memory. Here only hashes are looked at, and the id of the span that is found.
 */
export class SpanIndex {
  /** Place in the list, from 1, at the first free slot after that of the hash; 0 is free. */
  private slots = new Int32Array(16);
  /** A span that left keeps its place until the next growth. */
  private list: (SpanNode | undefined)[] = [];
  private hashes: number[] = [];
  private lastId: string | undefined;
  private lastHash = 0;
  private lastPlace = 0;

  get(spanId: SpanId): SpanNode | undefined {
    const { slots, list, hashes } = this;
    const hash = this.hashOf(spanId);
    const mask = slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const place = (slots[at] as number) - 1;
      if (place < 0) return undefined;
      if (hashes[place] !== hash) continue;
      const node = list[place];
      if (node?.span.spanId !== spanId) continue;
      this.lastPlace = place;
      return node;
    }
  }

  /** A span that is not there, at the end. */
  add(node: SpanNode): void {
    if (this.list.length * 2 >= this.slots.length) this.grow();
    this.put(node, this.hashOf(node.span.spanId));
  }

  delete(node: SpanNode): void {
    if (this.get(node.span.spanId) === node) this.list[this.lastPlace] = undefined;
  }

  *values(): Iterable<SpanNode> {
    for (const node of this.list) if (node) yield node;
  }

  private put(node: SpanNode, hash: number): void {
    const { slots, list } = this;
    const mask = slots.length - 1;
    let at = hash & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = list.push(node);
    this.hashes.push(hash);
  }

  private grow(): void {
    const { list, hashes } = this;
    const count = list.filter(Boolean).length;
    this.slots = new Int32Array(Math.max(16, 2 ** Math.ceil(Math.log2(count * 4))));
    this.list = [];
    this.hashes = [];
    for (const [place, node] of list.entries()) if (node) this.put(node, hashes[place] as number);
  }

  /** All bits of all units, two at a time; what is not found is what comes in next. */
  private hashOf(id: string): number {
    if (id === this.lastId) return this.lastHash;
    const last = id.length - 1;
    let hash = seed ^ last;
    for (let at = 0; at <= last; at += 2) {
      hash = Math.imul(hash ^ (id.charCodeAt(at) | (id.charCodeAt(at + 1) << 16)), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    this.lastId = id;
    this.lastHash = hash >>> 2;
    return this.lastHash;
  }
}
