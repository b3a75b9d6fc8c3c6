import type { Decorator } from '@storybook/react-vite';
import { type ReactNode, useEffect, useMemo } from 'react';
import { type Density, MonitorProvider, type Selection, type ThemeSetting } from 'spanlight';
import { createSimulator, type ScenarioName, type Simulator, simulateRun } from 'spanlight/simulator';
import { createMonitorStore, type MonitorEvent, type MonitorStore, type Role } from 'spanlight/store';

export interface StageOptions {
  /** A simulated relay with agents at work; left out, the store is fed once and stands still. */
  readonly live?: Omit<NonNullable<Parameters<typeof createSimulator>[0]>, 'roles'> | undefined;
  /** A scenario whose events the store is fed, up to `untilMs` after its start. */
  readonly scenario?: ScenarioName | undefined;
  readonly untilMs?: number | undefined;
  readonly seed?: number | undefined;
  /** Events by hand, in place of a scenario. */
  readonly events?: readonly MonitorEvent[] | undefined;
  /** What is open: the newest run, the first span that failed in it, or nothing. Default: the newest run. */
  readonly open?: 'run' | 'failed-span' | 'nothing' | undefined;
  /** Roles of the reader, in place of the toolbar's. */
  readonly roles?: readonly Role[] | undefined;
  /** Faults of the line: called when the line stands. */
  readonly onLive?: ((simulator: Simulator) => void) | undefined;
  /** Width of the column, px. Default: all there is. */
  readonly width?: number | undefined;
  /** Height of what stands in it, px. Default: as much as it needs. */
  readonly height?: number | undefined;
}

interface Stage {
  readonly store: MonitorStore;
  readonly simulator: Simulator | undefined;
  readonly selection: Selection;
}

const noEvents: readonly MonitorEvent[] = [];

function setUp(
  { live, scenario, untilMs, seed = 7, events, open = 'run' }: StageOptions,
  roles: readonly Role[],
): Stage {
  if (live) {
    const simulator = createSimulator({ seed, ...live, roles });
    const store = createMonitorStore({ transport: simulator.transport, detailSource: simulator.detailSource });
    return { store, simulator, selection: {} };
  }
  const fed = events ?? (scenario ? simulateRun({ scenario, seed, untilMs, content: 'inline' }) : noEvents);
  const lastAtMs = fed.reduce((latest, event) => Math.max(latest, event.ts), 0);
  const store = createMonitorStore({
    clock: { now: () => (untilMs === undefined ? Math.max(lastAtMs, 1) : lastAtMs) },
  });
  store.ingest(fed);
  store.flush();
  return { store, simulator: undefined, selection: selectionOf(store, open) };
}

/** What a person would have opened. */
function selectionOf(store: MonitorStore, open: StageOptions['open']): Selection {
  const { runIds, entities } = store.getState();
  const runId = runIds[0];
  if (open === 'nothing' || runId === undefined) return {};
  if (open === 'run') return { runId };
  const failed = [...entities.spansOf(runId)].find((span) => span.status === 'error');
  return failed ? { runId, spanKey: failed.key } : { runId };
}

interface MonitorStageProps extends StageOptions {
  readonly theme: ThemeSetting;
  readonly density: Density;
  readonly role: Role;
  readonly children: ReactNode;
}

/** A host page around a story: provider, store, and the agents that feed it. */
export function MonitorStage({ theme, density, role, children, ...options }: MonitorStageProps) {
  const { width, height, onLive } = options;
  const roles = options.roles ?? [role];
  const key = JSON.stringify([options.live, options.scenario, options.seed, options.untilMs, options.open, roles]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the options are new objects in every render of a story, their text is not
  const stage = useMemo(() => setUp(options, roles), [key]); // oxlint-disable-line react/exhaustive-deps -- `key` says all that matters of the options, which Storybook makes anew in every render
  const { store, simulator, selection } = stage;
  useEffect(() => {
    if (!simulator || !onLive) return;
    const act = () => {
      if (store.getState().connection.phase !== 'live') return;
      stop();
      onLive(simulator);
    };
    const stop = store.subscribe(act);
    return stop;
  }, [store, simulator, onLive]);
  useEffect(() => () => store.destroy(), [store]);
  return (
    <MonitorProvider
      key={key}
      store={store}
      theme={theme}
      density={density}
      timeZone="UTC"
      locale="en"
      defaultSelection={selection}
    >
      <div style={{ width, maxWidth: '100%', height }}>{children}</div>
    </MonitorProvider>
  );
}

/** Puts a story on a {@link MonitorStage}; theme, density and role come from the toolbar. */
export const onStage =
  (options: StageOptions): Decorator =>
  (Story, { globals }) => (
    <MonitorStage
      theme={String(globals['theme']) as ThemeSetting}
      density={String(globals['density']) as Density}
      role={String(globals['role']) as Role}
      {...options}
    >
      <Story />
    </MonitorStage>
  );
