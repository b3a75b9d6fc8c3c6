/** Roles the demo can look as. */
export const demoRoles = ['viewer', 'operator', 'developer', 'approver'] as const;
export type DemoRole = (typeof demoRoles)[number];

/**
 * A token for a role, from the demo's own route.
 * @returns `undefined`: this relay gives no tokens away, so the person has to bring one
 */
export async function fetchDemoToken(role: DemoRole): Promise<string | undefined> {
  const response = await fetch(`./demo/session?role=${role}`, { cache: 'no-store', credentials: 'omit' });
  if (response.status === 204 || response.status === 404) return undefined;
  if (!response.ok) throw new Error(`the session was refused with ${response.status}`);
  const { token } = (await response.json()) as { token: string };
  return token;
}
