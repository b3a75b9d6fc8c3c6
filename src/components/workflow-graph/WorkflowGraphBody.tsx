'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button } from '../internals/Button.tsx';
import { EmptyState } from '../internals/EmptyState.tsx';
import { WorkflowGraphCanvas, type WorkflowGraphCanvasProps } from './WorkflowGraphCanvas.tsx';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';
import { WorkflowGraphList } from './WorkflowGraphList.tsx';

/** The drawing or the list, and in their place the faces: loading, empty, a file that cannot be read. */
export function WorkflowGraphBody({ renderNode }: Pick<WorkflowGraphCanvasProps, 'renderNode'>) {
  const { messages } = useMonitorContext();
  const { face, topology, loading, view, runId, graph } = useWorkflowGraphContext();
  const words = messages.workflow;
  switch (face.kind) {
    case 'loading':
      return <SkeletonNodes />;
    case 'empty-file':
      return <EmptyState icon="graph" title={words.emptyFileTitle} />;
    case 'bad-file': {
      const { line, path, reason } = face.issue;
      const body = words.errorBody(String(line), path, reason);
      return <EmptyState icon="error" tone="err" title={words.errorTitle} body={body} />;
    }
    case 'load-error':
      return (
        <EmptyState
          icon="error"
          tone="err"
          title={words.loadErrorTitle}
          body={face.code}
          action={
            <Button size="s" icon="retry" onClick={face.retry}>
              {messages.common.retry}
            </Button>
          }
        />
      );
    case 'graph':
      if (topology.nodes.length === 0) {
        if (loading) return <SkeletonNodes />;
        const isUnchosen = runId === undefined && graph.runId !== undefined;
        return isUnchosen ? (
          <EmptyState icon="graph" title={words.noRunTitle} />
        ) : (
          <EmptyState icon="graph" title={words.emptyTitle} body={words.emptyBody} />
        );
      }
      return view === 'graph' ? <WorkflowGraphCanvas renderNode={renderNode} /> : <WorkflowGraphList />;
  }
}

/** Pale nodes where the graph will be. Sets `data-at`. */
function SkeletonNodes() {
  const { messages } = useMonitorContext();
  return (
    <div className="sl-workflow-graph__skeleton" aria-busy="true">
      <span className="sl-vh">{messages.common.loading}</span>
      {[0, 1, 2, 3, 4].map((at) => (
        <span key={at} className="sl-workflow-graph__ghost" data-at={at} />
      ))}
    </div>
  );
}
