'use client';
import { forwardRef, memo, useMemo } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useGraphNode } from '../../hooks/useWorkflowGraph.ts';
import type { GraphNode } from '../../store/workflow/types.ts';
import { KindIcon } from '../internals/icons/KindIcon.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { Elapsed } from './Elapsed.tsx';
import { nodeName } from './nodeWords.ts';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';

/** The same data as a table: every step, what happened there, where it leads. Sets `data-number` on figures. */
export const WorkflowGraphList = forwardRef<HTMLDivElement, PartPropsOf<'div', Readonly<Record<never, never>>>>(
  function WorkflowGraphList(partProps, ref) {
    const { messages } = useMonitorContext();
    const { topology, note, nodeById } = useWorkflowGraphContext();
    const words = messages.workflow;
    const targets = useMemo(() => {
      const byNode = new Map<string, string[]>();
      for (const edge of topology.edges) {
        const target = nodeById.get(edge.to);
        if (!target) continue;
        const name = nodeName(target, words);
        const list = byNode.get(edge.from) ?? [];
        list.push(edge.relation === 'handoff' ? words.handoffTo(name) : name);
        byNode.set(edge.from, list);
      }
      return byNode;
    }, [topology, nodeById, words]);
    return useRenderPart(
      'div',
      partProps,
      {},
      {
        ref,
        className: 'sl-workflow-graph__list',
        children: (
          <table className="sl-workflow-graph__table" aria-label={words.label(note)}>
            <thead className="sl-workflow-graph__thead">
              <tr className="sl-workflow-graph__tr">
                {[words.name, words.stateHead, words.calls, words.failed, words.last, words.total, words.leadsTo].map(
                  (head, at) => (
                    <th
                      key={head}
                      scope="col"
                      className="sl-workflow-graph__th"
                      data-number={at > 1 && at < 6 ? '' : undefined}
                    >
                      {head}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody className="sl-workflow-graph__tbody">
              {topology.nodes.map((node) => (
                <ListRow key={node.id} node={node} targets={targets.get(node.id)?.join(', ') ?? ''} />
              ))}
            </tbody>
          </table>
        ),
      },
    );
  },
);

const ListRow = memo(function ListRow({ node, targets }: { readonly node: GraphNode; readonly targets: string }) {
  const { messages, format } = useMonitorContext();
  const { graph, hasFile, isLowerBound, selectedId, openNode } = useWorkflowGraphContext();
  const activity = useGraphNode(graph, node.id);
  const words = messages.workflow;
  const { state, calls, failedCalls, lastDurationMs, totalDurationMs, openSinceMs, latestSpanKey } = activity;
  const off = hasFile ? words.notUsed : words.notReached;
  const atLeast = isLowerBound && calls > 0 ? '≥ ' : '';
  return (
    <tr className="sl-workflow-graph__tr" data-state={state} data-selected={node.id === selectedId ? '' : undefined}>
      <th scope="row" className="sl-workflow-graph__td">
        <button
          type="button"
          className="sl-workflow-graph__row-name"
          aria-disabled={latestSpanKey === undefined || undefined}
          onClick={() => openNode(node.id)}
        >
          <KindIcon kind={node.kind} />
          <bdi className="sl-trunc" {...tip()}>
            {nodeName(node, words)}
          </bdi>
        </button>
      </th>
      <td className="sl-workflow-graph__td">
        <span className="sl-workflow-graph__state" data-state={state}>
          {state === 'off' ? off : words.state[state]}
        </span>
        {node.origin === 'unlisted' ? `, ${words.notInFile.toLowerCase()}` : ''}
      </td>
      <td className="sl-workflow-graph__td" data-number="">
        {atLeast}
        {format.count(calls)}
      </td>
      <td className="sl-workflow-graph__td" data-number="">
        {format.count(failedCalls)}
      </td>
      <td className="sl-workflow-graph__td" data-number="">
        {openSinceMs === undefined ? (
          format.duration(lastDurationMs)
        ) : (
          <Elapsed sinceMs={openSinceMs} words={undefined} />
        )}
      </td>
      <td className="sl-workflow-graph__td" data-number="">
        {format.duration(calls === 0 ? undefined : totalDurationMs)}
      </td>
      <td className="sl-workflow-graph__td">
        <bdi className="sl-trunc" {...tip()}>
          {targets}
        </bdi>
      </td>
    </tr>
  );
});
