import * as z from 'zod';
import { workflowSchema } from '../src/model/workflow.ts';

/** The published JSON Schema of a workflow file, from the schema that the relay checks with. */
export function writeWorkflowSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(workflowSchema, { io: 'input' });
  const published = {
    $schema,
    title: 'Spanlight workflow',
    description: 'The declared graph of a project: agents, tools and other steps, and how they lead to one another.',
    ...schema,
  };
  return `${JSON.stringify(published, null, 2)}\n`;
}
