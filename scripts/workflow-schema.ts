// Writes docs/schemas/workflow.schema.json from the schema that the relay checks with: node --import tsx scripts/workflow-schema.ts
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { workflowSchema } from '../src/model/workflow.ts';

/** The published JSON Schema of a workflow file; a test holds the file to it. */
export function workflowJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(workflowSchema, { io: 'input' });
  return {
    $schema,
    title: 'Spanlight workflow',
    description: 'The declared graph of a project: agents, tools and other steps, and how they lead to one another.',
    ...schema,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../docs/schemas/workflow.schema.json', import.meta.url));
  writeFileSync(file, `${JSON.stringify(workflowJsonSchema(), null, 2)}\n`);
}
