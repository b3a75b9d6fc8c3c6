import { useEffect, useMemo, useState } from 'react';
import { DashboardPrefab, MonitorProvider } from 'spanlight';
import { createMonitorStore } from 'spanlight/store';
import { createRelayClient, createWebSocketTransport } from 'spanlight/transport';
import { type DensityChoice, HostBar, type ThemeChoice } from './HostBar.tsx';
import { SignIn } from './SignIn.tsx';
import { type DemoRole, fetchDemoToken } from './session.ts';

/** A host as small as a host can be: a bar of its own, and the whole dashboard below it. */
export function App() {
  const [role, setRole] = useState<DemoRole>('developer');
  const [theme, setTheme] = useState<ThemeChoice>('auto');
  const [density, setDensity] = useState<DensityChoice>('auto');
  /** Brought by the person, where the relay gives none away. Kept in memory only. */
  const [ownToken, setOwnToken] = useState<string>();
  const [needsToken, setNeedsToken] = useState(false);

  useEffect(() => {
    const { dataset } = document.documentElement; // the parts follow what the host says here
    if (theme === 'auto') delete dataset.theme;
    else dataset.theme = theme;
  }, [theme]);

  const store = useMemo(() => {
    const getToken = async () => {
      const token = ownToken ?? (await fetchDemoToken(role));
      setNeedsToken(token === undefined);
      return token ?? '';
    };
    const relay = { url: window.location.origin, getToken };
    return createMonitorStore({ transport: createWebSocketTransport(relay), detailSource: createRelayClient(relay) });
  }, [role, ownToken]);

  return (
    <div className="host">
      <HostBar
        role={ownToken === undefined && !needsToken ? role : undefined}
        onRole={setRole}
        theme={theme}
        onTheme={setTheme}
        density={density}
        onDensity={setDensity}
        onSignOut={ownToken === undefined ? undefined : () => setOwnToken(undefined)}
      />
      {needsToken && ownToken === undefined ? (
        <SignIn onToken={setOwnToken} />
      ) : (
        <MonitorProvider className="host__monitor" store={store} density={density}>
          <DashboardPrefab />
        </MonitorProvider>
      )}
    </div>
  );
}
