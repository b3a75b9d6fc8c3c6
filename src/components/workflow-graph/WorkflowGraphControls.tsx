'use client';
import { useReactFlow } from '@xyflow/react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button, IconButton } from '../internals/Button.tsx';
import { Toolbar } from '../internals/Toolbar.tsx';
import { tip } from '../internals/tip.ts';
import { useFitNow } from './useFit.ts';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';

/** Zoom, fit, tidy, and the list with the same data. */
export function WorkflowGraphControls() {
  const { messages } = useMonitorContext();
  const { view, setView, tidy, topology, face, moved } = useWorkflowGraphContext();
  const words = messages.workflow;
  const flow = useReactFlow();
  const fit = useFitNow();
  const zoomBy = (zoom: () => Promise<boolean>) => {
    moved.set(true);
    void zoom();
  };
  const hasNodes = face.kind === 'graph' && topology.nodes.length > 0;
  if (face.kind !== 'graph') return null;
  return (
    <Toolbar label={words.toolbar}>
      {view === 'graph' && hasNodes ? (
        <>
          {tidy ? (
            <Button
              size="s"
              variant="ghost"
              className="sl-workflow-graph__wide"
              onClick={tidy}
              {...tip(words.tidyHint)}
            >
              {words.tidy}
            </Button>
          ) : null}
          <IconButton icon="minus" label={words.zoomOut} onClick={() => zoomBy(flow.zoomOut)} />
          <IconButton icon="plus" label={words.zoomIn} onClick={() => zoomBy(flow.zoomIn)} />
          <IconButton icon="fit" label={words.fit} onClick={fit} />
        </>
      ) : null}
      <IconButton
        icon={view === 'graph' ? 'list' : 'graph'}
        label={view === 'graph' ? words.list : words.graph}
        onClick={() => setView(view === 'graph' ? 'list' : 'graph')}
      />
    </Toolbar>
  );
}
