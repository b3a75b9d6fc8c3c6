import { AgentMonitor } from './AgentMonitor';

export default function Page() {
  return (
    <main>
      <AgentMonitor />
    </main>
  );
}
