import type { ReactNode } from 'react';
import { MonitorProvider, type MonitorProviderProps } from 'spanlight';
import {
  type ConnectionState,
  createMonitorStore,
  type MonitorEvent,
  type MonitorStore,
  type MonitorStoreOptions,
  type Role,
} from 'spanlight/store';
import { capabilitiesOf } from '../../../src/model/capabilities.ts';
import { BASE_MS } from '../../store/support/buildEvents.ts';
import { createFakePlatform, createFakeTransport, type FakeTransport } from '../../store/support/fakePlatform.ts';

export interface TestMonitor {
  readonly store: MonitorStore;
  readonly transport: FakeTransport;
  /** Moves the store's clock. */
  readonly advance: (ms: number) => Promise<void>;
  readonly setConnection: (connection: ConnectionState) => void;
  readonly ingest: (...events: readonly MonitorEvent[]) => void;
  readonly ui: (children: ReactNode, props?: Partial<MonitorProviderProps>) => ReactNode;
}

export const live: ConnectionState = { phase: 'live', sinceMs: BASE_MS - 60_000, kind: 'websocket' };

/** A store on a fake transport, already welcomed and live, with a provider around what is rendered. */
export function startMonitor(
  options: {
    readonly roles?: readonly Role[];
    readonly connection?: ConnectionState;
    readonly events?: readonly MonitorEvent[];
    readonly store?: Partial<MonitorStoreOptions>;
  } = {},
): TestMonitor {
  const { roles = ['developer'], connection = live, events = [] } = options;
  const transport = createFakeTransport();
  const platform = createFakePlatform();
  const store = createMonitorStore({ transport, ...platform.options, ...options.store });
  store.connect();
  transport.sink.onWelcome(
    {
      t: 'welcome',
      v: 1,
      conn: 'c1',
      who: 'M. Osei',
      project: 'default',
      roles,
      can: capabilitiesOf(roles),
      epoch: 'ab12',
      head: 0,
      oldest: 1,
      now: BASE_MS,
      hb: 5_000,
      limits: { frameBytes: 1e6, ringEvents: 1e4 },
      resume: 'ok',
    },
    false,
  );
  const flush = () => {
    store.flush();
    platform.frames.frames();
  };
  const monitor: TestMonitor = {
    store,
    transport,
    advance: async (ms) => {
      await platform.time.advance(ms);
      flush();
    },
    setConnection(next) {
      transport.sink.onConnection(next);
      flush();
    },
    ingest(...more) {
      store.ingest(more);
      flush();
    },
    ui: (children, props) => (
      <MonitorProvider store={store} theme="light" locale="en-US" timeZone="UTC" {...props}>
        {children}
      </MonitorProvider>
    ),
  };
  monitor.setConnection(connection);
  if (events.length > 0) monitor.ingest(...events);
  return monitor;
}
