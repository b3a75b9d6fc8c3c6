import * as z from 'zod/mini';
import * as fields from './eventFields.ts';

const runSchema = z.object(fields.runFields);
const spanSchema = z.object(fields.spanFields);
const approvalSchema = z.object(fields.approvalFields);
const alertSchema = z.object(fields.alertFields);
const budgetSchema = z.object(fields.budgetFields);
const producerSchema = z.object(fields.producerFields);

/**
 * The one definition of each event type: the fields of its `a`. Validation, the hot-path guard, the viewer projection
 * and the reference page are derived from this table.
 */
export const eventSchemas = {
  'producer.hello': producerSchema,
  'producer.beat': producerSchema,
  'producer.gap': producerSchema,
  'run.start': runSchema,
  'run.end': runSchema,
  'run.fail': runSchema,
  'span.start': spanSchema,
  'span.update': spanSchema,
  'span.end': spanSchema,
  'span.price': z.object(fields.priceFields),
  log: z.object(fields.logFields),
  'approval.requested': approvalSchema,
  'approval.decided': approvalSchema,
  'approval.expired': approvalSchema,
  'approval.cancelled': approvalSchema,
  score: z.object(fields.scoreFields),
  'alert.firing': alertSchema,
  'alert.acknowledged': alertSchema,
  'alert.silenced': alertSchema,
  'alert.resolved': alertSchema,
  'budget.reserved': budgetSchema,
  'budget.settled': budgetSchema,
  'budget.refused': budgetSchema,
  'budget.released': budgetSchema,
} as const;
