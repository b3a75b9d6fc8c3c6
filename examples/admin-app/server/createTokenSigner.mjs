import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';

/**
 * Signs tokens for the relay: who, with which roles, for the runs of one customer or of one order, for a short time.
 * The agents name the customer as the run's user and the order as its session.
 */
export function createTokenSigner({ privateKeyPem, lifeSeconds }) {
  const key = createPrivateKey(privateKeyPem);
  return (person, { customerId, orderId }) =>
    new SignJWT({
      roles: person.roles,
      project: 'default',
      scope: orderId === undefined ? { user: customerId } : { user: customerId, session: orderId },
    })
      .setProtectedHeader({ alg: 'ES256' })
      .setSubject(person.id)
      .setIssuer('northwind-admin')
      .setAudience('spanlight')
      .setIssuedAt()
      .setExpirationTime(`${lifeSeconds}s`)
      .sign(key);
}
