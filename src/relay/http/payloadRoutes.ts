import { asRunId, asSpanId } from '../../model/ids.ts';
import type { Workflow } from '../../model/workflow.ts';
import type { Redactor } from '../projection/redaction/createRedactor.ts';
import type { DetailKey, RunLog } from '../run-log/RunLog.ts';
import { type Guarded, type Handler, param } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';

export interface PayloadRoutesOptions {
  readonly log: RunLog;
  readonly redactor: Redactor;
  readonly workflowOf: (project: string) => Workflow | undefined;
}

/** Content that somebody opened, and the declared workflow. */
export function createPayloadRoutes({ log, workflowOf, redactor }: PayloadRoutesOptions) {
  const detail = async (project: string, key: DetailKey): Promise<Response> => {
    const found = await log.readDetail(project, key);
    if (!found) throw new HttpFault(404, log.keepsContent ? 'detail.not-found' : 'detail.not-kept');
    return Response.json({ detail: redactor.redact(found) });
  };

  return {
    workflow: (_context, { project }) => Response.json({ workflow: workflowOf(project) ?? null }),
    runPayload: (context, { project }) => detail(project, { runId: asRunId(param(context, 'runId')) }),
    spanPayload: (context, { project }) =>
      detail(project, { runId: asRunId(param(context, 'runId')), spanId: asSpanId(param(context, 'spanId')) }),
    approvalPayload: (context, { project }) =>
      detail(project, { runId: asRunId(param(context, 'runId')), callId: param(context, 'callId') }),
    eventPayload: (context, { project }) => detail(project, { eventId: param(context, 'eventId') }),
  } satisfies Partial<Record<Guarded, Handler>>;
}
