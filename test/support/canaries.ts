import { gunzipSync } from 'node:zlib';
import { detailParts } from '../../src/model/detail.ts';
import type { EventType } from '../../src/model/event.ts';
import { eventSchemas } from '../../src/model/eventSchemas.ts';

/** Words that stand nowhere else, in letters that survive every grammar: only a rule can keep them in. */
export function createCanaries() {
  const words: string[] = [];
  return {
    words: words as readonly string[],
    next(): string {
      const made = words.length + 1;
      const word = `kanarie${made.toString(36)}zz${(made * 7919).toString(36)}vogel`;
      words.push(word);
      return word;
    },
  };
}
export type Canaries = ReturnType<typeof createCanaries>;

/** Forms in which a text could cross, in small letters. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const base64 = [0, 1, 2].map((shift) => {
    // whatever stands before it: the letters in the middle are the same
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
  const escaped = text
    .split('')
    .map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const inUrl = encodeURIComponent(text);
  return [text, ...base64, bytes.toString('hex'), escaped, percent, inUrl].map((form) => form.toLowerCase());
}

/** What gzip or deflate streams inside the bytes hold: a leak that is packed is a leak. */
function unpacked(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = bytes.indexOf('1f8b08', 0, 'hex'); at >= 0; at = bytes.indexOf('1f8b08', at + 1, 'hex')) {
    try {
      found.push(gunzipSync(bytes.subarray(at), { finishFlush: 2 }));
    } catch {
      // three bytes that only looked like one
    }
  }
  return found;
}

/** What every canary begins with: where no form of it stands, no canary does. */
const STEM = 'kanarie';
const stemForms = formsOf(STEM);

/** @returns the words that stand in the bytes, in any form */
export function findWords(haystacks: readonly Buffer[], words: readonly string[]): string[] {
  const found = new Set<string>();
  const haveStem = words.every((word) => word.startsWith(STEM));
  for (const bytes of haystacks) {
    for (const part of [bytes, ...unpacked(bytes)]) {
      const text = part.toString('latin1').toLowerCase();
      if (haveStem && !stemForms.some((form) => text.includes(form))) continue;
      for (const word of words)
        if (!found.has(word) && formsOf(word).some((form) => text.includes(form))) found.add(word);
    }
  }
  return [...found];
}

const RUN_TS = 1_790_000_000_000;

/** Events with a word at every place where content can stand; harmless names beside them. */
export function poisonedRun(index: number, canaries: Canaries): Record<string, unknown>[] {
  const put = () => canaries.next();
  const run = `trace_${index.toString(16).padStart(32, '0')}`;
  const id = (n: number) =>
    `0190f3a1-0000-7000-8${(index % 4096).toString(16).padStart(3, '0')}-${n.toString(16).padStart(12, '0')}`;
  const detail = () =>
    Object.fromEntries(
      detailParts.map((part) => [part, { [put()]: [put(), { deep: { deeper: put() } }], text: `a ${put()} b` }]),
    );
  const unknown = () => ({ prompt: put(), [put()]: put(), nested: { [put()]: put() } });
  const names = {
    name: 'search_docs',
    agentName: 'Support Agent',
    toolName: 'refund',
    kind: 'tool',
    status: 'running',
    level: 'info',
  };
  const events = (Object.keys(eventSchemas) as EventType[]).map((type, at): Record<string, unknown> => {
    const a = Object.fromEntries(
      Object.entries(names).filter(([field]) => Object.hasOwn(eventSchemas[type].shape, field)),
    );
    const people = type.startsWith('run.')
      ? { userId: put(), sessionId: put(), groupId: put(), tags: [put(), put()] }
      : {};
    const who = type === 'approval.decided' ? { decidedBy: put(), decision: 'approved' } : {};
    const by = type.startsWith('alert.') ? { by: put() } : {};
    return {
      id: id(at),
      type,
      sv: 1,
      ts: RUN_TS + at,
      run,
      span: `span_${(index * 100 + at).toString(16).padStart(24, '0')}`,
      ref: 'call_0123456789abcdef',
      prod: { id: 'prod_0123456789abcdef', n: index * 100 + at },
      a: { ...a, ...people, ...who, ...by, ...unknown() },
      detail: { ...detail(), ...unknown() },
      [put()]: put(),
      metadata: { [put()]: put() },
      custom: put(),
    };
  });
  events.push(
    // in ids, too: an id is a text that somebody chose
    {
      id: put(),
      type: 'span.start',
      ts: RUN_TS + 5,
      run: put(),
      span: put(),
      parent: put(),
      prod: { id: put(), n: 1 },
      a: { kind: 'tool', callId: put(), links: [{ runId: put(), spanId: put(), relation: `to ${put()}` }] },
    },
    // and in the place of codes and of names that no grammar takes
    {
      id: id(900),
      type: 'span.end',
      ts: RUN_TS + 6,
      run,
      span: `span_${index}`,
      a: {
        kind: 'tool',
        name: `say "${put()}" to ${put()}@example.com`,
        errorType: `boom ${put()}`,
        errorCode: `${put()} failed!`,
        model: `https://x/?q=${put()}`,
        finishReason: `because ${put()}`,
        usage: { scope: 'leaf', inputTokens: 5, [put()]: 7 },
      },
      refs: { input: { kind: 'text', sizeBytes: 3, [put()]: put(), note: put() } },
    },
    {
      id: id(901),
      type: 'span.start',
      ts: RUN_TS + 7,
      run,
      span: `span_${index}_agent`,
      a: { kind: 'agent', name: `${'word '.repeat(12)}${put()}`, toolNames: [`<b>${put()}</b>`] },
    },
  );
  return events;
}
