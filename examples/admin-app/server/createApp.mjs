import { randomBytes } from 'node:crypto';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { customersOf, staff } from './demoData.mjs';

/** The app's own server: sessions, data of the pages, tokens for the relay, and the built pages. */
export function createApp({ relayUrl, signToken }) {
  const app = new Hono();
  /** Session id to person. Stands for the app's own session store. */
  const sessions = new Map();
  const personOf = (context) => sessions.get(getCookie(context, 'admin') ?? '');

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", relayUrl, relayUrl.replace('http', 'ws')],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  app.use('/api/*', async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
  });

  // A demo: whoever picks a name is that person. Put your own sign-in here.
  app.post('/api/sign-in', async (context) => {
    const asked = await context.req.json().catch(() => undefined);
    const person = staff.find(({ id }) => id === asked?.id);
    if (!person) return context.text('nobody of that name', 400);
    const session = randomBytes(32).toString('hex');
    sessions.set(session, person);
    setCookie(context, 'admin', session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return context.body(null, 204);
  });
  app.post('/api/sign-out', (context) => {
    sessions.delete(deleteCookie(context, 'admin') ?? '');
    return context.body(null, 204);
  });
  app.get('/api/me', (context) => {
    const person = personOf(context);
    if (!person) return context.json({ staff: staff.map(({ id, name, roles }) => ({ id, name, roles })) });
    return context.json({
      person: { name: person.name, roles: person.roles },
      customers: customersOf(person),
      relayUrl,
    });
  });

  // The one place that decides whose runs a page may show: the relay holds everybody to what is signed here.
  app.get('/api/monitor-token', async (context) => {
    const person = personOf(context);
    if (!person) return context.text('sign in first', 401);
    const customer = customersOf(person).find(({ id }) => id === context.req.query('customer'));
    const orderId = context.req.query('order');
    const isKnown = customer && (orderId === undefined || customer.orders.some(({ id }) => id === orderId));
    if (!isKnown) return context.text('no such customer or order', 404);
    return context.text(await signToken(person, { customerId: customer.id, orderId }));
  });

  app.get('/assets/*', serveStatic({ root: './dist' }));
  app.get('*', serveStatic({ path: './dist/index.html' }));
  return app;
}
