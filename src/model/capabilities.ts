/** What a token may do. Parts and routes ask for these, never for role names. */
export const capabilities = [
  'read.shape',
  'read.payload',
  'approvals.decide',
  'alerts.act',
  'rules.edit',
  'budgets.edit',
  'ingest',
  'admin',
] as const;
export type Capability = (typeof capabilities)[number];

export const roles = ['viewer', 'operator', 'developer', 'approver', 'admin', 'ingest'] as const;
/** A named set of capabilities; the sets of several roles add up. */
export type Role = (typeof roles)[number];

const viewer = ['read.shape'] as const satisfies readonly Capability[];
const operator = [...viewer, 'alerts.act'] as const satisfies readonly Capability[];

export const capabilitiesByRole: Readonly<Record<Role, readonly Capability[]>> = {
  viewer,
  operator,
  developer: [...operator, 'read.payload', 'rules.edit'],
  approver: [...viewer, 'approvals.decide'],
  admin: capabilities.filter((capability) => capability !== 'ingest'),
  ingest: ['ingest'],
};

/** @returns what the roles grant together, in the order of {@link capabilities} */
export function capabilitiesOf(granted: readonly Role[]): readonly Capability[] {
  const all = new Set<Capability>(granted.flatMap((role) => capabilitiesByRole[role]));
  return capabilities.filter((capability) => all.has(capability));
}
