export { WorkflowGraphBody as Body } from './WorkflowGraphBody.tsx';
export { WorkflowGraphCanvas as Canvas, type WorkflowGraphCanvasProps as CanvasProps } from './WorkflowGraphCanvas.tsx';
export { WorkflowGraphControls as Controls } from './WorkflowGraphControls.tsx';
export { WorkflowGraphEdge as Edge } from './WorkflowGraphEdge.tsx';
export { WorkflowGraphList as List } from './WorkflowGraphList.tsx';
export { WorkflowGraphNode as Node, type WorkflowGraphNodeProps as NodeProps } from './WorkflowGraphNode.tsx';
export { WorkflowGraphRoot as Root, type WorkflowGraphRootProps as RootProps } from './WorkflowGraphRoot.tsx';
