import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Authority } from '../auth/authority.ts';
import type { Principal } from '../auth/Principal.ts';
import { type PostedHello, parsePostedHello } from '../wire/clientFrames.ts';
import type { Outlet } from '../wire/Outlet.ts';
import { createPollOutlet, createSseOutlet } from '../wire/responseOutlet.ts';
import type { StreamConnection } from '../wire/streamConnection.ts';
import { isRefusal, type StreamHub, type StreamRefusal } from '../wire/streamHub.ts';
import { createStreamTickets } from '../wire/streamTickets.ts';
import type { HttpEnv } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';
import { readBody } from './readBody.ts';

/** A hello with all its subscriptions. */
const helloLimits = { maxBytes: 96 * 1024, timeoutMs: 5000, area: 'stream' } as const;
const DEFAULT_WAIT_MS = 20_000;
const DEFAULT_LIMIT = 500;

export interface StreamRoutesOptions {
  readonly hub: StreamHub;
  readonly authority: Authority;
  /** The headers that every answer has. */
  readonly headersOf: (context: Context<HttpEnv>) => Headers;
  /** Epoch ms. */
  readonly now: () => number;
}

/** The stream for who cannot open a WebSocket: server-sent events, one long poll, and the ticket of an `EventSource`. */
export function createStreamRoutes({ hub, authority, headersOf, now }: StreamRoutesOptions) {
  const tickets = createStreamTickets(now);

  const readHello = async (context: Context<HttpEnv>): Promise<PostedHello> => {
    const bytes = await readBody(context.env.incoming, helloLimits);
    const hello = parsePostedHello(new TextDecoder().decode(bytes));
    if (!hello) throw new HttpFault(400, 'stream.bad-hello');
    // who resumes a stream of events names the last one that came, whatever the body says
    const lastEventId = context.req.header('last-event-id');
    return lastEventId ? { ...hello, cursor: lastEventId } : hello;
  };

  /** Takes the answer into its own hands: frames are written as they come. */
  const open = (
    context: Context<HttpEnv>,
    principal: Principal,
    createOutlet: (response: ServerResponse) => Outlet,
  ): StreamConnection => {
    const { incoming, outgoing } = context.env;
    const response = outgoing as ServerResponse;
    const seat = hub.admit(incoming.socket.remoteAddress ?? '');
    if (isRefusal(seat)) throw faultOf(seat);
    const connection = hub.open(seat, principal, createOutlet(response));
    if (isRefusal(connection)) {
      seat.leave();
      throw faultOf(connection);
    }
    followResponse(hub, connection, response);
    incoming.socket.setNoDelay(true);
    return connection;
  };

  /** Written at once: what is set one by one is held for as long as the answer goes on. */
  const writeHead = (context: Context<HttpEnv>, contentType: string) =>
    (context.env.outgoing as ServerResponse).writeHead(200, {
      ...Object.fromEntries(headersOf(context)),
      'content-type': contentType,
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });

  const sendEvents = (context: Context<HttpEnv>, principal: Principal, hello: PostedHello): Response => {
    const connection = open(context, principal, createSseOutlet);
    const response = context.env.outgoing as ServerResponse;
    response.removeHeader('transfer-encoding'); // it ends with the connection: no frame around each frame
    writeHead(context, 'text/event-stream; charset=utf-8').flushHeaders();
    void connection.start(hello);
    return RESPONSE_ALREADY_SENT;
  };

  const answerPoll = (context: Context<HttpEnv>, principal: Principal, hello: PostedHello): Response => {
    const waitMs = Math.min(hello.wait ?? DEFAULT_WAIT_MS, hub.longestPollMs);
    let timer: NodeJS.Timeout | undefined;
    const connection: StreamConnection = open(context, principal, (response) => {
      const outlet = createPollOutlet(response, hello.limit ?? DEFAULT_LIMIT, () => hub.finishPoll(connection));
      const stop = () => {
        outlet.stopWaiting();
        connection.pump();
      };
      if (waitMs === 0) outlet.stopWaiting();
      else timer = setTimeout(stop, waitMs);
      return outlet;
    });
    const response = context.env.outgoing as ServerResponse;
    response.once('close', () => clearTimeout(timer));
    writeHead(context, 'application/json; charset=utf-8');
    void connection.start(hello);
    return RESPONSE_ALREADY_SENT;
  };

  return {
    streamPost: async (context: Context<HttpEnv>, principal: Principal): Promise<Response> => {
      const accept = context.req.header('accept') ?? '';
      const isSse = accept.includes('text/event-stream');
      if (!isSse && !/application\/json|\*\/\*/.test(accept)) throw new HttpFault(406, 'stream.not-acceptable');
      const hello = await readHello(context);
      return (isSse ? sendEvents : answerPoll)(context, principal, hello);
    },
    streamTicket: async (context: Context<HttpEnv>, principal: Principal): Promise<Response> => {
      const issued = tickets.issue({ principal, hello: await readHello(context) });
      if (!issued) throw new HttpFault(429, 'stream.too-many-tickets', 5000);
      return Response.json(issued);
    },
    /** A WebSocket comes as an upgrade and never here; an `EventSource` comes with its ticket. */
    stream: (context: Context<HttpEnv>): Response => {
      // who only looks at the address (HEAD) gets no stream, and the ticket stays good
      const ticket = context.req.method === 'GET' ? context.req.query('ticket') : undefined;
      if (ticket === undefined) throw new HttpFault(426, 'http.upgrade-required');
      const terms = tickets.redeem(ticket);
      const principal = terms && authority.recheck(terms.principal);
      if (!principal?.can.includes('read.shape')) throw new HttpFault(401, 'stream.bad-ticket');
      return sendEvents(context, principal, terms?.hello as PostedHello);
    },
  };
}

/** Apart from the routes, so that a connection that stays open for days holds nothing of the request that opened it. */
function followResponse(hub: StreamHub, connection: StreamConnection, response: ServerResponse): void {
  response.removeAllListeners('close'); // of who made a `Request` of it, and would keep that; its body has been read
  response.once('close', () => hub.close(connection));
  response.on('error', () => response.destroy());
  if (response.destroyed) hub.close(connection); // gone while its hello was read
}

const faultOf = ({ code, retryMs }: StreamRefusal): HttpFault =>
  new HttpFault(code.startsWith('relay.') ? 503 : 429, code, retryMs);
