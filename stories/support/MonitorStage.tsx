import type { Decorator } from '@storybook/react-vite';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { type Density, MonitorProvider, type Selection, type ThemeSetting } from 'spanlight';
import { createSimulator, type ScenarioName, type Simulator, simulateRun } from 'spanlight/simulator';
import {
  createMonitorStore,
  type DetailSource,
  type HistorySource,
  type MonitorEvent,
  type MonitorState,
  type MonitorStore,
  type MonitorStoreOptions,
  type Role,
  type Run,
  type Span,
} from 'spanlight/store';
import { createHeldHistory } from './heldHistory.ts';

export interface StageOptions {
  /** A simulated relay with agents at work; left out, the store is fed once and stands still. */
  readonly live?: Omit<NonNullable<Parameters<typeof createSimulator>[0]>, 'roles'> | undefined;
  /** A scenario whose events the store is fed, up to `untilMs` after its start. */
  readonly scenario?: ScenarioName | undefined;
  readonly untilMs?: number | undefined;
  readonly seed?: number | undefined;
  /** Events by hand, in place of a scenario. */
  readonly events?: readonly MonitorEvent[] | undefined;
  /** What is open: the newest run or nothing. Default: the newest run. */
  readonly open?: 'run' | 'nothing' | undefined;
  /** Opens the first span that is so, in the newest run that has one. */
  readonly openSpan?: ((span: Span) => boolean) | undefined;
  /** Roles of the reader, in place of the toolbar's. */
  readonly roles?: readonly Role[] | undefined;
  /** Faults of the line: called when the line stands. */
  readonly onLive?: ((simulator: Simulator) => void) | undefined;
  /** Called once with the store, e.g. to pause it. */
  readonly onStore?: ((store: MonitorStore) => void) | undefined;
  /** A state of the line or the view that is over too soon to be looked at, laid over what the store says. */
  readonly held?:
    | Partial<Pick<MonitorState, 'connection' | 'degraded' | 'gaps' | 'view' | 'session' | 'throughput'>>
    | undefined;
  /** Each run says that it has so many spans more than are here. */
  readonly unloadedSpans?: number | undefined;
  /** What is older than what is held; `nowMs`: the clock of the store. */
  readonly history?: ((nowMs: number) => HistorySource) | undefined;
  /** Content that is not in the events comes from here. */
  readonly detailSource?: DetailSource | undefined;
  /** The history answers from what is held. */
  readonly hasHeldHistory?: boolean | undefined;
  readonly limits?: MonitorStoreOptions['limits'];
  readonly theme?: ThemeSetting | undefined;
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

/** What the clock says where no event does. */
const STORY_NOW_MS = Date.UTC(2026, 10, 28, 14, 32, 7);
const noEvents: readonly MonitorEvent[] = [];

function setUp(options: StageOptions, roles: readonly Role[]): Stage {
  const { live, scenario, untilMs, seed = 7, events, limits, detailSource } = options;
  if (live) {
    const simulator = createSimulator({ seed, ...live, roles });
    const { transport } = simulator;
    const historySource = options.hasHeldHistory ? createHeldHistory(() => store, simulator) : undefined;
    const store: MonitorStore = createMonitorStore({
      transport,
      detailSource: detailSource ?? simulator.detailSource,
      limits,
      historySource,
    });
    return { store, simulator, selection: {} };
  }
  const fed = events ?? (scenario ? simulateRun({ scenario, seed, untilMs, content: 'inline' }) : noEvents);
  const lastAtMs = fed.reduce((latest, event) => Math.max(latest, event.ts), 0);
  const nowMs = lastAtMs || (options.history ? STORY_NOW_MS : 1);
  const historySource =
    options.history?.(nowMs) ?? (options.hasHeldHistory ? createHeldHistory(() => store, undefined) : undefined);
  const can = roles.some((role) => role === 'developer' || role === 'admin')
    ? (['read.shape', 'read.payload'] as const)
    : (['read.shape'] as const);
  const session = historySource && { who: 'story', project: 'default', roles, can };
  const store: MonitorStore = createMonitorStore({
    limits,
    clock: { now: () => nowMs },
    detailSource,
    historySource,
    session,
  });
  store.ingest(fed);
  store.flush();
  return { store, simulator: undefined, selection: selectionOf(store, options) ?? {} };
}

/** The store with a part of its state held still. */
function holdState(store: MonitorStore, held: StageOptions['held'], unloadedSpans = 0): MonitorStore {
  if (!held) return store;
  let of: MonitorState | undefined;
  let shown: MonitorState | undefined;
  const told = new WeakMap<Run, Run>();
  const tell = (run: Run | undefined) => {
    if (!run || unloadedSpans === 0) return run;
    const known = told.get(run) ?? { ...run, spanCount: run.spanCount + unloadedSpans };
    told.set(run, known);
    return known;
  };
  const hold = (state: MonitorState) => {
    if (state === of && shown) return shown;
    const { entities } = state;
    const getRun: typeof entities.getRun = (runId) => tell(entities.getRun(runId));
    shown = { ...state, ...held, entities: Object.assign(Object.create(entities) as typeof entities, { getRun }) };
    of = state;
    return shown;
  };
  return { ...store, getView: () => hold(store.getView()), getState: () => hold(store.getState()) };
}

/** What a person would have opened; `undefined` while it is not there. */
function selectionOf(store: MonitorStore, { open, openSpan }: StageOptions): Selection | undefined {
  if (open === 'nothing') return {};
  const { runIds, entities } = store.getState();
  const runId = runIds[0];
  if (runId === undefined) return undefined;
  if (!openSpan) return { runId };
  for (const candidate of runIds) {
    const span = [...entities.spansOf(candidate)].find(openSpan);
    if (span) return { runId: candidate, spanKey: span.key };
  }
  return undefined;
}

/** Rate and errors change while the agents go on. */
function turn(simulator: Simulator, { ratePerSec, errorRate }: NonNullable<StageOptions['live']>): void {
  if (ratePerSec !== undefined) simulator.ratePerSec = ratePerSec;
  if (errorRate !== undefined) simulator.errorRate = errorRate;
}

interface MonitorStageProps extends StageOptions {
  readonly theme: ThemeSetting;
  readonly density: Density;
  readonly role: Role;
  readonly children: ReactNode;
}

/** A host page around a story: provider, store, and the agents that feed it. */
export function MonitorStage(props: MonitorStageProps) {
  const { live, scenario, seed, untilMs, open, roles = [props.role] } = props;
  // Storybook makes the options anew in every render; what they say stays. Rate and errors change without a new start.
  const steady = live && { ...live, ratePerSec: undefined, errorRate: undefined, workflow: undefined };
  return <Staged key={JSON.stringify([steady, scenario, seed, untilMs, open, roles])} {...props} roles={roles} />;
}

function Staged({ theme, density, children, ...options }: MonitorStageProps & { readonly roles: readonly Role[] }) {
  const { width, height, live, onLive, onStore, held, unloadedSpans, open, openSpan, roles } = options;
  const [stage] = useState(() => setUp(options, roles));
  const { store, simulator } = stage;
  const shownStore = useMemo(() => holdState(store, held, unloadedSpans), [store, held, unloadedSpans]);
  const [selection, setSelection] = useState(stage.selection);
  useEffect(() => onStore?.(store), [store, onStore]);
  useEffect(() => {
    if (!simulator || !live) return;
    turn(simulator, live);
  }, [simulator, live]);
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
  useEffect(() => {
    if (!simulator) return;
    const openFirst = () => {
      const found = selectionOf(store, { open, openSpan });
      // the spans of a run come when it is open
      setSelection((now) =>
        now.runId === undefined ? (found ?? selectionOf(store, { open }) ?? now) : (found ?? now),
      );
      if (found) stop();
    };
    const stop = store.subscribe(openFirst);
    return stop;
  }, [store, simulator, open, openSpan]);
  useEffect(() => () => store.destroy(), [store]);
  return (
    <MonitorProvider
      store={shownStore}
      theme={theme}
      density={density}
      timeZone="UTC"
      locale="en"
      selection={selection}
      onSelectionChange={setSelection}
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
