import * as z from 'zod/mini';
import { spanKinds } from './span.ts';

const text = z.string().check(z.minLength(1), z.maxLength(200));

const nodeSchema = z.object({
  id: text,
  kind: z.enum(spanKinds),
  label: text,
  /** Which spans light the node up; without it the label is matched. */
  match: z.optional(z.object({ agent: z.optional(text), tool: z.optional(text), name: z.optional(text) })),
  x: z.optional(z.number()),
  y: z.optional(z.number()),
});

const edgeSchema = z.object({ from: text, to: text, label: z.optional(text) });

/** The declared workflow graph of a project: one JSON file. */
export const workflowSchema = z.object({
  version: z.literal(1),
  title: text,
  nodes: z.array(nodeSchema).check(z.maxLength(2000)),
  edges: z.array(edgeSchema).check(z.maxLength(10_000)),
});

export type WorkflowNode = z.infer<typeof nodeSchema>;
export type WorkflowEdge = z.infer<typeof edgeSchema>;
export type Workflow = z.infer<typeof workflowSchema>;
