import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Principal } from '../auth/Principal.ts';
import type { Lens } from '../projection/createLens.ts';
import type { RouteName, relayRoutes } from './routes.ts';

export type HttpEnv = { Bindings: HttpBindings };
/** @param lens - what the reader sees; `undefined` for who may read nothing, e.g. with an ingest token */
export type Handler = (
  context: Context<HttpEnv>,
  principal: Principal,
  lens: Lens | undefined,
) => Response | Promise<Response>;
export type OpenHandler = (context: Context<HttpEnv>) => Response | Promise<Response>;

/** Routes with a token behind them, and those without one. */
export type Guarded = {
  [Name in RouteName]: (typeof relayRoutes)[Name]['needs'] extends undefined ? never : Name;
}[RouteName];
export type Open = Exclude<RouteName, Guarded>;

/** A parameter of the path. */
export const param = (context: Context<HttpEnv>, name: string): string => context.req.param(name) ?? '';
