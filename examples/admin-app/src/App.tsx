import { type MouseEvent, useCallback, useEffect, useState } from 'react';
import { AgentActivity } from './AgentActivity.tsx';
import { type Customer, loadMe, type SignedIn, type SignedOut, signIn, signOut } from './api.ts';
import { goTo, useRoute } from './useRoute.ts';

/** The admin app: who is signed in sees its customers; the page of a customer, or of an order, shows what the agents do for it. */
export function App() {
  const [me, setMe] = useState<SignedIn | SignedOut>();
  const reload = useCallback(() => void loadMe().then(setMe), []);
  useEffect(reload, [reload]);
  if (!me) return null;
  if (!('person' in me)) return <SignInPage staff={me.staff} onDone={reload} />;
  return (
    <>
      <header className="admin-bar">
        <h1>Northwind Admin</h1>
        <nav aria-label="Customers">
          {me.customers.map(({ id, name }) => (
            <Link key={id} to={`/customers/${id}`}>
              {name}
            </Link>
          ))}
        </nav>
        <span>{me.person.name}</span>
        <button type="button" className="admin-button" onClick={() => void signOut().then(reload)}>
          Sign out
        </button>
      </header>
      <main className="admin-page">
        <Page me={me} onSignedOut={reload} />
      </main>
    </>
  );
}

function SignInPage({ staff, onDone }: { readonly staff: SignedOut['staff']; readonly onDone: () => void }) {
  return (
    <main className="admin-page">
      <h1>Northwind Admin</h1>
      <p>A demo: pick who you are.</p>
      {staff.map(({ id, name, roles }) => (
        <button key={id} type="button" className="admin-button" onClick={() => void signIn(id).then(onDone)}>
          {name} ({roles.join(', ')})
        </button>
      ))}
    </main>
  );
}

function Page({ me, onSignedOut }: { readonly me: SignedIn; readonly onSignedOut: () => void }) {
  const { customerId, orderId } = useRoute();
  const customer = me.customers.find(({ id }) => id === customerId);
  if (!customer) return <p>{customerId === undefined ? 'Pick a customer.' : 'No such customer.'}</p>;
  const order = customer.orders.find(({ id }) => id === orderId);
  if (orderId !== undefined && !order) return <p>No such order.</p>;
  return (
    <>
      <h2>
        {customer.name}
        {order ? `: ${order.title}` : ''}
      </h2>
      <OrderLinks customer={customer} />
      <AgentActivity
        key={`${customer.id}/${order?.id ?? ''}`}
        relayUrl={me.relayUrl}
        customerId={customer.id}
        orderId={order?.id}
        onSignedOut={onSignedOut}
      />
    </>
  );
}

function OrderLinks({ customer }: { readonly customer: Customer }) {
  return (
    <ul className="admin-orders">
      {customer.orders.map(({ id, title }) => (
        <li key={id}>
          <Link to={`/customers/${customer.id}/orders/${id}`}>{title}</Link>
        </li>
      ))}
    </ul>
  );
}

function Link({ to, children }: { readonly to: string; readonly children: string }) {
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a href={to} onClick={open}>
      {children}
    </a>
  );
}
