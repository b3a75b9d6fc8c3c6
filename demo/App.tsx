import { useEffect, useMemo, useState } from 'react';
import { DashboardPrefab, ExportButtonPrefab, FileDropPrefab, MonitorProvider } from 'spanlight';
import { createMonitorStore } from 'spanlight/store';
import { createRelayClient, createTransport } from 'spanlight/transport';
import { type DensityChoice, HostBar, type ThemeChoice } from './HostBar.tsx';
import { SignIn } from './SignIn.tsx';
import { type DemoRole, fetchDemoToken } from './session.ts';

/** Who gives the token: the demo, or the person; `asking` until the relay has said whether it is a demo. */
type TokenGiver = 'asking' | 'demo' | 'person';

/** A host as small as a host can be: a bar of its own, and the whole dashboard below it. */
export function App() {
  const [role, setRole] = useState<DemoRole>('developer');
  const [theme, setTheme] = useState<ThemeChoice>('auto');
  const [density, setDensity] = useState<DensityChoice>('auto');
  const [giver, setGiver] = useState<TokenGiver>('asking');
  /** Kept in memory only. */
  const [ownToken, setOwnToken] = useState<string>();

  useEffect(() => {
    let isCurrent = true;
    const tell = (next: TokenGiver) => {
      if (isCurrent) setGiver(next);
    };
    fetchDemoToken('viewer').then(
      (token) => tell(token === undefined ? 'person' : 'demo'),
      () => tell('demo'), // it does not answer now: the dashboard says so, and tries again
    );
    return () => {
      isCurrent = false;
    };
  }, []);

  useEffect(() => {
    const { dataset } = document.documentElement; // the parts follow what the host says here
    if (theme === 'auto') delete dataset.theme;
    else dataset.theme = theme;
  }, [theme]);

  return (
    <div className="host">
      <HostBar
        role={giver === 'demo' ? role : undefined}
        onRole={setRole}
        theme={theme}
        onTheme={setTheme}
        density={density}
        onDensity={setDensity}
        onSignOut={ownToken === undefined ? undefined : () => setOwnToken(undefined)}
      />
      {giver === 'person' && ownToken === undefined && <SignIn onToken={setOwnToken} />}
      {(giver === 'demo' || ownToken !== undefined) && <Monitor role={role} ownToken={ownToken} density={density} />}
    </div>
  );
}

interface MonitorProps {
  readonly role: DemoRole;
  readonly ownToken: string | undefined;
  readonly density: DensityChoice;
}

/** What reads a dropped file, loaded when the first one comes. */
const loadReader = async () =>
  (await import('spanlight/adapters')).createTraceFileReader({
    createWorker: () => new Worker(new URL('./traceFileWorker.ts', import.meta.url), { type: 'module' }),
  });
const loadHeldExport = async () => (await import('spanlight/adapters')).createHeldExport;
const loadPrices = async () => {
  const { createPricing, loadPriceTable } = await import('spanlight/prices');
  return createPricing({ fallback: await loadPriceTable() });
};

/** A new role is a new store: nothing that one role saw stays for the next. */
function Monitor({ role, ownToken, density }: MonitorProps) {
  const { store, client } = useMemo(() => {
    const getToken = async () => ownToken ?? (await fetchDemoToken(role)) ?? '';
    const relay = { url: window.location.origin, getToken };
    const client = createRelayClient(relay);
    const transport = createTransport(relay);
    return { client, store: createMonitorStore({ transport, detailSource: client, historySource: client }) };
  }, [role, ownToken]);
  return (
    <MonitorProvider className="host__monitor" role="main" store={store} density={density}>
      <FileDropPrefab loadReader={loadReader} loadPrices={loadPrices}>
        <DashboardPrefab
          actions={<ExportButtonPrefab source={client} loadHeldExport={loadHeldExport} layout="menu" />}
        />
      </FileDropPrefab>
    </MonitorProvider>
  );
}
