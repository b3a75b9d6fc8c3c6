import { createMonitorStore, type Detail, type DetailSource, MonitorError, type Workflow } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { keyOf, spanEnd, spanStart, spanUpdate } from './support/buildEvents.ts';
import { createFakePlatform } from './support/fakePlatform.ts';

const key = keyOf('r', 's');
const ref = (sizeBytes: number) => ({ input: { kind: 'text', sizeBytes } }) as const;
const start = (
  detailSource?: Partial<DetailSource>,
  can: readonly ('read.shape' | 'read.payload')[] = ['read.shape', 'read.payload'],
) => {
  const source = {
    loadDetail: vi.fn<() => Promise<Detail>>(async () => ({ input: 'loaded' })),
    loadWorkflow: vi.fn<() => Promise<undefined>>(async () => undefined),
    ...detailSource,
  };
  const store = createMonitorStore({
    ...createFakePlatform().options,
    detailSource: source,
    session: { who: 'x', project: 'p', roles: [], can },
  });
  return { store, source };
};

describe('content', () => {
  it('that came with the event needs no source', async () => {
    const { store, source } = start();
    store.ingest([spanStart('r', 's', {}, { detail: { input: 'inline' } })]);
    store.flush();
    await expect(store.loadDetail(key)).resolves.toEqual({ input: 'inline' });
    expect(source.loadDetail).not.toHaveBeenCalled();
  });

  it('that is only announced is loaded once for all who ask', async () => {
    const { store, source } = start();
    store.ingest([spanStart('r', 's', {}, { refs: ref(6) })]);
    store.flush();
    const [first, second] = [store.loadDetail(key), store.loadDetail(key)];
    store.flush();
    expect(store.getState().details.get(key)).toEqual({ state: 'loading' });
    expect(await first).toEqual({ input: 'loaded' });
    expect(await second).toEqual({ input: 'loaded' });
    await store.loadDetail(key);
    store.flush();
    expect(store.getState().details.get(key)).toEqual({ state: 'ready', detail: { input: 'loaded' } });
    expect(source.loadDetail).toHaveBeenCalledTimes(1);
  });

  it('is loaded again when there is more of it, not when something else of the span changed', async () => {
    const { store, source } = start();
    store.ingest([spanStart('r', 's', {}, { refs: ref(6) })]);
    store.flush();
    await store.loadDetail(key);
    store.ingest([spanUpdate('r', 's', { turn: 3 })]);
    store.flush();
    await store.loadDetail(key);
    expect(source.loadDetail).toHaveBeenCalledTimes(1);
    store.ingest([spanEnd('r', 's', {}, { refs: { output: { kind: 'text', sizeBytes: 9 } } })]);
    store.flush();
    await store.loadDetail(key);
    expect(source.loadDetail).toHaveBeenCalledTimes(2);
  });

  it('of a span without any is empty', async () => {
    const { store, source } = start();
    store.ingest([spanStart('r', 's')]);
    store.flush();
    await expect(store.loadDetail(key)).resolves.toEqual({});
    expect(source.loadDetail).not.toHaveBeenCalled();
  });

  it('is refused without the capability, before anything is asked', async () => {
    const { store, source } = start({}, ['read.shape']);
    store.ingest([spanStart('r', 's', {}, { refs: ref(6) })]);
    store.flush();
    await expect(store.loadDetail(key)).rejects.toMatchObject({ code: 'detail.forbidden' });
    expect(source.loadDetail).not.toHaveBeenCalled();
  });

  it('that could not be loaded says why and can be asked for again', async () => {
    const failure = new MonitorError('detail.not-found', { happened: 'a', follows: 'b', todo: 'c' });
    const loadDetail = vi
      .fn<() => Promise<Detail>>(async () => ({ input: 'second try' }))
      .mockRejectedValueOnce(failure);
    const { store } = start({ loadDetail });
    store.ingest([spanStart('r', 's', {}, { refs: ref(6) })]);
    store.flush();
    await expect(store.loadDetail(key)).rejects.toBe(failure);
    store.flush();
    expect(store.getState().details.get(key)).toEqual({ state: 'error', code: 'detail.not-found' });
    await expect(store.loadDetail(key)).resolves.toEqual({ input: 'second try' });
  });

  it('has no source: says so', async () => {
    const store = createMonitorStore(createFakePlatform().options);
    store.ingest([spanStart('r', 's', {}, { refs: ref(6) })]);
    store.flush();
    await expect(store.loadDetail(key)).rejects.toMatchObject({ code: 'detail.unreachable' });
  });

  it('is held for a hundred spans, the longest unopened goes', async () => {
    const { store } = start();
    store.ingest(
      Array.from({ length: 120 }, (_, index) => spanStart('r', `s${index}`, {}, { detail: { input: index } })),
    );
    store.flush();
    for (let index = 0; index < 120; index += 1) await store.loadDetail(keyOf('r', `s${index}`));
    store.flush();
    const { details } = store.getState();
    expect(details.size).toBe(100);
    expect(details.has(keyOf('r', 's19'))).toBe(false);
    expect(details.has(keyOf('r', 's119'))).toBe(true);
  });
});

describe('workflow', () => {
  const workflow = { version: 1, title: 't', nodes: [], edges: [] } as const;

  it('is loaded once', async () => {
    const loadWorkflow = vi.fn<() => Promise<Workflow>>(async () => ({ ...workflow, nodes: [], edges: [] }));
    const { store } = start({ loadWorkflow });
    await Promise.all([store.loadWorkflow(), store.loadWorkflow()]);
    store.flush();
    expect(loadWorkflow).toHaveBeenCalledTimes(1);
    expect(store.getState().workflow).toEqual({ state: 'ready', workflow });
  });

  it('is none without a source', async () => {
    const store = createMonitorStore(createFakePlatform().options);
    await expect(store.loadWorkflow()).resolves.toBeUndefined();
  });
});
