import type { Capability, Role } from '../../model/capabilities.ts';

const role: Readonly<Record<Role, string>> = {
  viewer: 'Viewer',
  operator: 'Operator',
  developer: 'Developer',
  approver: 'Approver',
  admin: 'Admin',
  ingest: 'Ingest',
};

/** What a person needs, in words, when a capability is missing. */
const needed: Readonly<Record<Capability, string>> = {
  'read.shape': 'Needs the viewer role',
  'read.payload': 'Needs the developer role',
  'approvals.decide': 'Needs the approver role',
  'alerts.act': 'Needs the operator role',
  'rules.edit': 'Needs the developer role',
  'budgets.edit': 'Needs the admin role',
  ingest: 'Needs an ingest token',
  admin: 'Needs the admin role',
};

export const permissionMessages = {
  role,
  needed,
  noRole: 'Not signed in',
  yourRoles: (roles: string, who: string) => (who ? `${roles}, ${who}` : roles),
  hidden: 'Content is hidden for your role',
  requestAccess: 'Request access',
  approvalsWaiting: (count: number) =>
    count === 1 ? 'An approval is waiting for you.' : `${count} approvals are waiting for you.`,
};
