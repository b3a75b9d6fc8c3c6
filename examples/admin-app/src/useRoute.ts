import { useSyncExternalStore } from 'react';

const subscribe = (listener: () => void) => {
  window.addEventListener('popstate', listener);
  return () => window.removeEventListener('popstate', listener);
};

export interface Route {
  readonly customerId?: string | undefined;
  readonly orderId?: string | undefined;
}

/** `/customers/ID` and `/customers/ID/orders/ID`; anything else is the list. */
export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => window.location.pathname);
  const [, customerId, orderId] = /^\/customers\/([\w-]+)(?:\/orders\/([\w-]+))?$/.exec(path) ?? [];
  return { customerId, orderId };
}

export function goTo(path: string): void {
  window.history.pushState(null, '', path);
  window.dispatchEvent(new PopStateEvent('popstate'));
}
