export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly orders: readonly { readonly id: string; readonly title: string }[];
}
export interface SignedIn {
  readonly person: { readonly name: string; readonly roles: readonly string[] };
  readonly customers: readonly Customer[];
  readonly relayUrl: string;
}
/** Nobody is signed in; these are the people of the demo. */
export interface SignedOut {
  readonly staff: readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[];
}

export const loadMe = async (): Promise<SignedIn | SignedOut> => (await fetch('/api/me')).json();

export async function signIn(id: string): Promise<void> {
  await fetch('/api/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id }),
  });
}

export async function signOut(): Promise<void> {
  await fetch('/api/sign-out', { method: 'POST' });
}
