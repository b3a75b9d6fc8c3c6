'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useSession } from '../../hooks/useSession.ts';
import { Chip } from '../internals/Chip.tsx';

/** Who is looking, with which roles. A lock where content is not to be read. */
export function RoleChip() {
  const { messages } = useMonitorContext();
  const session = useSession();
  const words = messages.permission;
  if (!session) {
    return (
      <Chip tone="line" icon="lock">
        {words.noRole}
      </Chip>
    );
  }
  const roles = session.roles.map((role) => words.role[role]).join(', ');
  const isReader = session.can.includes('read.payload');
  return (
    <Chip tone="line" icon={isReader ? 'human' : 'lock'} hint={words.yourRoles(roles, session.who)}>
      {roles || session.who}
    </Chip>
  );
}
