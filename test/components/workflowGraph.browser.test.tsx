import { Profiler, useEffect } from 'react';
import { type Selection, useSelection, WorkflowGraph, WorkflowGraphPrefab } from 'spanlight';
import { asRunId, type MonitorEvent } from 'spanlight/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { BASE_MS, spanEnd, spanStart } from '../store/support/buildEvents.ts';
import { addCss, flatCss } from '../theme/support/stage.tsx';
import { startMonitor } from './support/startMonitor.tsx';

let sheets: HTMLStyleElement[] = [];
beforeEach(async () => {
  await page.viewport(1024, 768);
  sheets = [addCss(flatCss), addCss('.graph{height:500px;width:800px}')];
});
afterEach(() => {
  for (const sheet of sheets) sheet.remove();
});

const selected = { defaultSelection: { runId: asRunId('r') }, className: 'graph' };
const events = (): MonitorEvent[] => [
  spanStart('r', 'a', { name: 'Triage' }),
  spanEnd('r', 't1', { kind: 'tool', name: 'search', startedAtMs: BASE_MS }, { parent: 'a', atMs: BASE_MS + 1_800 }),
  spanEnd('r', 'h', { kind: 'handoff', name: 'h', fromAgent: 'Triage', toAgent: 'Billing' }, { parent: 'a' }),
  spanStart('r', 'b', { name: 'Billing' }),
  spanStart('r', 't2', { kind: 'tool', name: 'refund' }, { parent: 'b' }),
  spanStart('r', 't3', { kind: 'tool', name: 'invoice' }, { parent: 'b' }),
];
const nodesIn = (container: Element) => [...container.querySelectorAll<HTMLElement>('[data-node]')];
const nodeIn = (container: Element, name: string) =>
  nodesIn(container).find((node) => node.textContent?.startsWith(name)) as HTMLElement;
const boxOf = (element: Element) => element.getBoundingClientRect();

describe('the drawing', () => {
  it('shows all nodes in sight, from left to right, edges between them, the attribution kept', async () => {
    const { ui } = startMonitor({ events: events() });
    const { container } = await render(ui(<WorkflowGraphPrefab mode="discovered" />, selected));
    await expect.poll(() => nodesIn(container).length).toBe(5);
    await expect.poll(() => container.querySelectorAll('.sl-workflow-graph__line').length).toBe(4);
    const frame = boxOf(container.querySelector('.sl-workflow-graph__canvas') as Element);
    await expect
      .poll(() => nodesIn(container).every((node) => boxOf(node).width > 0 && boxOf(node).right <= frame.right))
      .toBe(true);
    expect(boxOf(nodeIn(container, 'Triage')).right).toBeLessThan(boxOf(nodeIn(container, 'Billing')).left);
    expect(boxOf(nodeIn(container, 'Billing')).right).toBeLessThan(boxOf(nodeIn(container, 'refund')).left);
    expect(container.querySelector('[data-relation="handoff"] .sl-workflow-graph__head')).not.toBeNull();
    expect(container.querySelector('.react-flow__attribution')?.textContent).toBe('React Flow');
    expect(container.querySelector('[role="application"]')?.getAttribute('aria-label')).toBe('Workflow graph, r');
    expect(container.textContent).not.toMatch(/press delete/i);
  });

  it('moves nothing that is placed when a step comes, and stays where it was panned', async () => {
    const { ui, ingest } = startMonitor({ events: events() });
    const { container } = await render(ui(<WorkflowGraphPrefab mode="discovered" />, selected));
    await expect.poll(() => nodesIn(container).length).toBe(5);
    const viewport = container.querySelector('.react-flow__viewport') as HTMLElement;
    const placeOf = (name: string) =>
      (nodeIn(container, name).closest('.react-flow__node') as HTMLElement).style.transform;
    const before = ['Triage', 'search', 'Billing', 'refund', 'invoice'].map(placeOf);
    const pane = container.querySelector('.react-flow__pane') as HTMLElement;
    const at = {
      clientX: boxOf(pane).left + 20,
      clientY: boxOf(pane).top + 20,
      bubbles: true,
      view: window,
      button: 0,
    };
    pane.dispatchEvent(new MouseEvent('mousedown', at));
    window.dispatchEvent(new MouseEvent('mousemove', { ...at, clientX: at.clientX + 60, clientY: at.clientY + 30 }));
    window.dispatchEvent(new MouseEvent('mouseup', { ...at, clientX: at.clientX + 60, clientY: at.clientY + 30 }));
    await expect.poll(() => viewport.style.transform).toContain('translate');
    const panned = viewport.style.transform;
    ingest(spanStart('r', 't4', { kind: 'tool', name: 'another' }, { parent: 'b' }));
    await expect.poll(() => nodesIn(container).length).toBe(6);
    expect(['Triage', 'search', 'Billing', 'refund', 'invoice'].map(placeOf)).toEqual(before);
    expect(viewport.style.transform).toBe(panned);
    await userEvent.click(page.getByRole('button', { name: 'Fit to view' }));
    await expect.poll(() => viewport.style.transform).not.toBe(panned);
  });

  it('is laid out anew on "Tidy", with the same nodes', async () => {
    const { ui } = startMonitor({ events: events() });
    const { container } = await render(ui(<WorkflowGraphPrefab mode="discovered" />, selected));
    await expect.poll(() => nodesIn(container).length).toBe(5);
    const places = () =>
      [...container.querySelectorAll<HTMLElement>('.react-flow__node')].map((node) => node.style.transform).join();
    const before = places();
    await userEvent.click(page.getByRole('button', { name: 'Tidy' }));
    await expect.poll(places).not.toBe(before);
    expect(nodesIn(container)).toHaveLength(5);
  });

  it('puts only what is in sight into the page above 200 nodes, and keeps a tab stop', async () => {
    const many = Array.from({ length: 220 }, (_, at) =>
      spanEnd('r', `t${at}`, { kind: 'tool', name: `tool ${at}`, agentName: 'A' }, { parent: 'a' }),
    );
    const { ui } = startMonitor({ events: [spanStart('r', 'a', { name: 'A' }), ...many] });
    const limits = { groupAbove: 1_000, aggregateAbove: 1_000 };
    const { container } = await render(ui(<WorkflowGraphPrefab mode="discovered" limits={limits} />, selected));
    await expect.poll(() => nodesIn(container).length).toBeGreaterThan(0);
    for (let step = 0; step < 3; step += 1) await userEvent.click(page.getByRole('button', { name: 'Zoom in' }));
    await expect.poll(() => nodesIn(container).length).toBeLessThan(200);
    await expect.poll(() => nodesIn(container).filter((node) => node.tabIndex === 0).length).toBe(1);
  });
});

describe('words on edges', () => {
  const words = [
    'hands off',
    'needs approval',
    'WWWWW wide WWWWW',
    'when the customer asks for more than 500',
    '需要批准',
  ];
  const workflowOf = (count: number) =>
    JSON.stringify({
      version: 1,
      title: 'steps',
      nodes: Array.from({ length: count }, (_, at) => ({ id: `n${at}`, kind: 'tool', label: `Step ${at}` })),
      edges: Array.from({ length: count - 1 }, (_, at) => ({
        from: `n${Math.floor(at / 3)}`,
        to: `n${at + 1}`,
        label: words[at % words.length],
      })),
    });
  const labelsIn = (container: Element) => [...container.querySelectorAll('.sl-workflow-graph__edge-label')];
  const isOver = (a: DOMRect, b: DOMRect) =>
    a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;

  for (const count of [3, 10, 40, 100])
    for (const width of [800, 420])
      it(`cover no step and are covered by nothing, with ${count} steps in ${width} px`, async () => {
        sheets.push(addCss(`.graph{width:${width}px}`));
        const { ui } = startMonitor();
        const limits = { groupAbove: 1_000, edgesAbove: 1_000 };
        const { container } = await render(
          ui(<WorkflowGraphPrefab workflow={workflowOf(count)} limits={limits} />, { className: 'graph' }),
        );
        await expect.poll(() => labelsIn(container).length).toBe(count - 1);
        const labels = labelsIn(container).map(boxOf);
        const others = (at: number) => [...nodesIn(container).map(boxOf), ...labels.filter((_, index) => index !== at)];
        for (const [at, label] of labels.entries()) expect(others(at).filter((box) => isOver(label, box))).toEqual([]);
        const frame = boxOf(container.querySelector('.sl-workflow-graph__canvas') as Element);
        const shown = labelsIn(container).filter((label) => {
          const { left, right, top, bottom } = boxOf(label);
          return left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom - 20;
        });
        expect(shown.length).toBeGreaterThan(0);
        for (const label of shown) {
          const { x, y, width: wide, height } = boxOf(label);
          expect(label.contains(document.elementFromPoint(x + wide / 2, y + height / 2))).toBe(true);
        }
      });
});

describe('a graph that is too large for its box', () => {
  const stepsOf = (count: number): MonitorEvent[] =>
    Array.from({ length: count }, (_, at) => [
      spanEnd('r', `a${at}`, { name: `Agent ${at}` }),
      spanEnd('r', `h${at}`, { kind: 'handoff', name: 'h', fromAgent: `Agent ${at}`, toAgent: `Agent ${at + 1}` }),
    ]).flat();
  const zoomIn = (container: Element) =>
    Number(
      /scale\(([\d.]+)\)/.exec((container.querySelector('.react-flow__viewport') as HTMLElement).style.transform)?.[1],
    );

  it('is shown in part, large enough to read; "Fit to view" shows all of it', async () => {
    const { ui, ingest } = startMonitor({ events: [...stepsOf(20), spanStart('r', 'last', { name: 'Agent 15' })] });
    const { container } = await render(ui(<WorkflowGraphPrefab mode="discovered" />, selected));
    await expect.poll(() => nodesIn(container).length).toBeGreaterThan(19);
    await expect.poll(() => zoomIn(container)).toBe(0.7);
    const frame = () => boxOf(container.querySelector('.sl-workflow-graph__canvas') as Element);
    const isInSight = (name: string) => {
      const { left, right } = boxOf(nodeIn(container, name));
      return left >= frame().left && right <= frame().right;
    };
    expect(isInSight('Agent 15')).toBe(true); // it runs
    expect(isInSight('Agent 0')).toBe(false);
    await userEvent.click(page.getByRole('button', { name: 'Fit to view' }));
    await expect.poll(() => zoomIn(container)).toBeLessThan(0.4);
    expect(isInSight('Agent 0') && isInSight('Agent 19')).toBe(true);
    const before = zoomIn(container);
    ingest(spanStart('r', 'more', { kind: 'tool', name: 'another' }, { parent: 'last' }));
    await expect.poll(() => nodeIn(container, 'another')).toBeTruthy();
    expect(zoomIn(container)).toBe(before);
  });
});

describe('the keyboard', () => {
  it('enters once, follows the edges, opens the latest call, and Escape lets go', async () => {
    const { ui } = startMonitor({ events: events() });
    const seen: { selection: Selection } = { selection: {} };
    const Seen = () => {
      const { selection } = useSelection();
      useEffect(() => {
        seen.selection = selection;
      }, [selection]);
      return null;
    };
    const { container } = await render(
      ui(
        <>
          <WorkflowGraphPrefab mode="discovered" />
          <Seen />
          <button type="button">after</button>
        </>,
        selected,
      ),
    );
    await expect.poll(() => nodesIn(container).length).toBe(5);
    await expect.poll(() => nodesIn(container).filter((node) => node.tabIndex === 0).length).toBe(1);
    const focused = () =>
      document.activeElement?.querySelector('bdi')?.textContent ?? document.activeElement?.textContent;
    nodeIn(container, 'Triage').focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(focused()).toBe('search');
    await userEvent.keyboard('{ArrowDown}');
    expect(focused()).toBe('Billing');
    await userEvent.keyboard('{ArrowRight}');
    expect(['refund', 'invoice']).toContain(focused());
    await userEvent.keyboard('{ArrowLeft}');
    expect(focused()).toBe('Billing');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => seen.selection.spanKey).toContain('b');
    expect(document.activeElement?.getAttribute('aria-current')).toBe('true');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => seen.selection.spanKey).toBeUndefined();
    await userEvent.tab();
    await expect.poll(() => document.activeElement?.closest('.react-flow__nodes')).toBeNull();
  });

  it('is bound inside the graph only, never on the document', async () => {
    const spies = [document, window].map((target) => vi.spyOn(target, 'addEventListener'));
    const { ui } = startMonitor({ events: events() });
    const { container } = await render(ui(<WorkflowGraphPrefab mode="discovered" />, selected));
    await expect.poll(() => nodesIn(container).length).toBe(5);
    const types = spies.flatMap((spy) => spy.mock.calls.map(([type]) => type));
    expect(types.filter((type) => type.startsWith('key'))).toEqual([]);
    for (const spy of spies) spy.mockRestore();
  });
});

describe('a status event', () => {
  it('renders the node it changes and the edge that leads there, nothing else, and lays nothing out', async () => {
    const { ui, ingest } = startMonitor({ events: events() });
    const renders = new Map<string, number>();
    const count = (id: string) => renders.set(id, (renders.get(id) ?? 0) + 1);
    const { container } = await render(
      ui(
        <Profiler id="whole" onRender={count}>
          <WorkflowGraph.Root mode="discovered">
            <WorkflowGraph.Canvas
              className="graph"
              renderNode={(node) => (
                <Profiler id={node.label} onRender={count}>
                  <WorkflowGraph.Node node={node} />
                </Profiler>
              )}
            />
          </WorkflowGraph.Root>
        </Profiler>,
        selected,
      ),
    );
    await expect.poll(() => nodesIn(container).length).toBe(5);
    await expect.poll(() => nodeIn(container, 'refund').dataset['state']).toBe('live');
    const transforms = () =>
      [...container.querySelectorAll<HTMLElement>('.react-flow__node')].map((node) => node.style.transform);
    const before = transforms();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    renders.clear();
    ingest(spanEnd('r', 't2', { startedAtMs: BASE_MS }, { atMs: BASE_MS + 500 }));
    await expect.poll(() => nodeIn(container, 'refund').dataset['state']).toBe('done');
    expect([...renders.keys()].filter((id) => id !== 'whole')).toEqual(['refund']);
    expect(renders.get('refund')).toBe(1);
    expect(transforms()).toEqual(before);
  });
});
