import type { Workflow } from '../model/workflow.ts';

/** The declared graph of the support desk, as the reference picture shows it. */
export const supportTriageWorkflow: Workflow = {
  version: 1,
  title: 'support-triage.json',
  nodes: [
    { id: 'triage', kind: 'agent', label: 'Triage Agent', match: { agent: 'Triage Agent' } },
    { id: 'search', kind: 'tool', label: 'search_kb', match: { tool: 'search_knowledge_base' } },
    { id: 'billing', kind: 'agent', label: 'Billing Agent', match: { agent: 'Billing Agent' } },
    { id: 'shipping', kind: 'agent', label: 'Shipping Agent', match: { agent: 'Shipping Agent' } },
    { id: 'invoice', kind: 'tool', label: 'get_invoice', match: { tool: 'get_invoice' } },
    { id: 'policy', kind: 'tool', label: 'refund_policy', match: { tool: 'refund_policy.lookup' } },
    { id: 'approval', kind: 'approval', label: 'Approval', match: { name: 'approve issue_refund' } },
    { id: 'refund', kind: 'tool', label: 'issue_refund', match: { tool: 'issue_refund' } },
  ],
  edges: [
    { from: 'triage', to: 'search' },
    { from: 'triage', to: 'billing' },
    { from: 'triage', to: 'shipping' },
    { from: 'billing', to: 'invoice' },
    { from: 'billing', to: 'policy' },
    { from: 'billing', to: 'approval' },
    { from: 'billing', to: 'refund' },
  ],
};
