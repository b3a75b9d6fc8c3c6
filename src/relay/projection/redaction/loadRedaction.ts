import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { MonitorError } from '../../../model/errors.ts';
import { codeOf } from '../../relayLog.ts';
import { createRedactor, type RedactionRule, type Redactor } from './createRedactor.ts';
import { detectorNames, detectorOf } from './detectors.ts';
import { createTextPattern, MAX_PATTERN_LENGTH } from './textPattern.ts';

const words = z.string().min(1).max(64);
const ruleSchema = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .max(300)
      .refine((path) => path.split('.').every((step) => step !== ''), 'has an empty step')
      .optional(),
    text: z
      .string()
      .min(2)
      .max(MAX_PATTERN_LENGTH)
      .refine((text) => /[^*]/.test(text), 'matches every word')
      .optional(),
    detect: z.enum(detectorNames).optional(),
    kind: words.optional(),
    reason: z.string().min(1).max(200).optional(),
  })
  .refine(({ path, text, detect }) => path ?? text ?? detect, 'says neither path, text nor detect')
  .refine(({ text, detect }) => text === undefined || detect === undefined, 'says both text and detect');
const fileSchema = z.strictObject({ version: z.literal(1), rules: z.array(ruleSchema).max(500) });

const lastKey = (path: string | undefined) =>
  path
    ?.split('.')
    .filter((step) => /[^*\d]/.test(step))
    .at(-1)
    ?.replaceAll('*', '')
    .slice(0, 64);

/** @throws {MonitorError} `settings.bad-redaction`, which names the rule and what is wrong with it */
export function parseRedaction(json: unknown, file: string): readonly RedactionRule[] {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw fault(file, `[${issue?.path.join('.') ?? ''}] ${issue?.message ?? 'is not valid'}`);
  }
  return parsed.data.rules.map(({ path, text, detect, kind, reason }) => ({
    path,
    pattern: detect ? detectorOf(detect) : text === undefined ? undefined : createTextPattern(text),
    kind: kind ?? detect ?? lastKey(path) ?? 'text',
    reason,
  }));
}

/** Reads the rules of a team. @throws {MonitorError} `settings.bad-redaction` */
export async function loadRedaction(path: string): Promise<Redactor> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw fault(path, cause instanceof SyntaxError ? 'it is no JSON' : `it cannot be read (${codeOf(cause)})`);
  }
  return createRedactor(parseRedaction(json, path));
}

const fault = (file: string, what: string) =>
  new MonitorError('settings.bad-redaction', {
    happened: `SPANLIGHT_REDACTION=${file}: ${what}.`,
    follows: 'The relay did not start, since content would be shown that should not be.',
    todo: 'Correct the file: {"version": 1, "rules": [{"path": "**.email"}, {"detect": "card"}, {"text": "CUST-####"}]}.',
  });
