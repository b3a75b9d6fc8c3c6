'use client';
import { useConnectionStatusContext } from './ConnectionStatusContext.ts';
import * as ConnectionStatus from './index.parts.ts';

export type ConnectionStatusPrefabProps = Omit<ConnectionStatus.RootProps, 'children'>;

/** How the line to the relay stands, in a shape, a word and numbers; a click shows the details. */
export function ConnectionStatusPrefab(props: ConnectionStatusPrefabProps) {
  return (
    <ConnectionStatus.Root {...props}>
      <ConnectionStatus.Trigger>
        <ConnectionStatus.Mark />
        <ConnectionStatus.Word />
        <ConnectionStatus.Facts />
      </ConnectionStatus.Trigger>
      <ConnectionStatus.Degraded />
      <ActionsWhenOffline />
      <ConnectionStatus.Details />
    </ConnectionStatus.Root>
  );
}

/** Where nothing happens by itself any more, the way out stands in the open. */
function ActionsWhenOffline() {
  const { status } = useConnectionStatusContext();
  return status.state === 'offline' ? <ConnectionStatus.Actions /> : null;
}
