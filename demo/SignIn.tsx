import { type FormEvent, useId, useState } from 'react';

/** Shown by a relay that runs for real: it gives no tokens away. */
export function SignIn({ onToken }: { readonly onToken: (token: string) => void }) {
  const id = useId();
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <main className="host__sign-in">
      <form onSubmit={submit}>
        <h1>Sign in to this relay</h1>
        <label htmlFor={id}>Token</label>
        <input
          id={id}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <p>
          One of the tokens that the relay was started with, or that it printed. It stays in this page and is not
          stored.
        </p>
        <button type="submit">Sign in</button>
      </form>
    </main>
  );
}
