import type { ReactNode } from 'react';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { createFormat } from '../../../src/hooks/format/createFormat.ts';
import { MonitorContext, type MonitorContextValue } from '../../../src/hooks/MonitorContext.ts';
import { defaultMessages } from '../../../src/hooks/messages/index.ts';
import {
  createFakePlatform,
  createFakeTransport,
  type FakePlatform,
  type FakeTransport,
} from '../../store/support/fakePlatform.ts';

const format = createFormat({ locale: 'en-US', timeZone: 'UTC' });

/** The context that hooks read, without the provider's element and effects. */
export function HookHost({ store, children }: { readonly store: MonitorStore; readonly children: ReactNode }) {
  const value: MonitorContextValue = {
    store,
    selection: {},
    select: () => undefined,
    navigate: () => undefined,
    messages: defaultMessages,
    format,
    hasShortcuts: true,
    announce: () => undefined,
  };
  return <MonitorContext.Provider value={value}>{children}</MonitorContext.Provider>;
}

export interface HookStore extends FakePlatform {
  readonly store: MonitorStore;
  readonly transport: FakeTransport;
}

/** A store on fake frames and time; with a transport when it has one. */
export function createHookStore(options: Parameters<typeof createMonitorStore>[0] = {}): HookStore {
  const platform = createFakePlatform();
  const transport = createFakeTransport();
  return { ...platform, transport, store: createMonitorStore({ ...platform.options, ...options }) };
}
