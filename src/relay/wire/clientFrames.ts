import * as z from 'zod';
import type { Subscription, Topic } from '../../model/wire.ts';
import { scopeSchema } from '../settings/settingsSchema.ts';

/** Largest hello, and largest client frame after it, bytes. */
export const MAX_HELLO_BYTES = 4096;
export const MAX_CLIENT_FRAME_BYTES = 16 * 1024;

const topicGrammar = /^(?:overview|runs|logs|approvals|alerts|metrics|(?:run|agent):[^\0]{1,256})$/u;
const texts = z.union([z.string().max(256), z.array(z.string().max(256)).max(64)]);
const subscription = z.object({
  sub: z.string().max(300),
  filter: z.optional(z.record(z.string().max(64), texts)),
  scope: z.optional(scopeSchema),
});

const helloSchema = z.object({
  t: z.literal('hello'),
  v: z.tuple([z.int().min(0), z.int().min(0)]),
  token: z.string().max(3072),
  cursor: z.optional(z.string().max(100)),
  subs: z.array(subscription).max(64),
  whole: z.optional(z.array(z.string().max(300)).max(256)),
  scope: z.optional(scopeSchema),
  rows: z.optional(z.string().max(40)),
  live: z.optional(
    z.array(z.object({ run: z.string().max(256), span: z.string().max(256), offset: z.int().min(0) })).max(16),
  ),
  deflate: z.optional(z.boolean()),
});
/** The hello of a wire that posts it: the token stands in a header, and there is one body for all subscriptions. */
const postedHelloSchema = helloSchema.extend({
  token: z.optional(z.string().max(3072)),
  subs: z.array(subscription).max(256),
  /** Of a long poll: how long it may wait for news, ms, and how many events it takes. */
  wait: z.optional(z.int().min(0).max(20_000)),
  limit: z.optional(z.int().min(1).max(500)),
});
const subSchema = z.object({ t: z.enum(['sub', 'unsub']), subs: z.array(subscription).max(64) });

export type Hello = Omit<z.infer<typeof helloSchema>, 'token'>;
export type PostedHello = z.infer<typeof postedHelloSchema>;
export type SubChange = z.infer<typeof subSchema>;
export type RawSubscription = z.infer<typeof subscription>;

/** @returns `undefined` for anything that is no hello */
export function parseHello(text: string): z.infer<typeof helloSchema> | undefined {
  const parsed = helloSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** @returns `undefined` for anything that is no hello */
export function parsePostedHello(text: string): PostedHello | undefined {
  const parsed = postedHelloSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** @returns `undefined` for a frame of a kind that is not known (ignored by wire rule 30), `'bad'` for a broken one */
export function parseSubChange(text: string): SubChange | 'bad' | undefined {
  const json = parseJson(text);
  const kind = typeof json === 'object' && json !== null ? (json as { t?: unknown }).t : undefined;
  if (typeof kind !== 'string') return 'bad';
  if (kind !== 'sub' && kind !== 'unsub') return undefined;
  const parsed = subSchema.safeParse(json);
  return parsed.success ? parsed.data : 'bad';
}

const isTopic = (sub: string): sub is Topic => topicGrammar.test(sub);
/** @returns `undefined` where the topic is not known */
export const asSubscription = ({ sub, filter, scope }: RawSubscription): Subscription | undefined =>
  isTopic(sub) ? { sub, filter, ...(scope && { scope }) } : undefined;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
