import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AgentMonitor } from './AgentMonitor.tsx';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <AgentMonitor />
    </StrictMode>,
  );
}
