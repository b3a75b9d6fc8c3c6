import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { PermissionGate, RoleChip } from 'spanlight';
import { createMonitorStore } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { Button } from '../../src/components/internals/Button.tsx';
import { startMonitor } from './support/startMonitor.tsx';

describe('PermissionGate', () => {
  it('lets those through who may', () => {
    const { ui } = startMonitor({ roles: ['approver'] });
    render(
      ui(
        <PermissionGate needs="approvals.decide">
          <button type="button">Approve</button>
        </PermissionGate>,
      ),
    );
    expect(screen.getByRole('button', { name: 'Approve' })).toBeEnabled();
  });

  it('hides by default', () => {
    const { ui } = startMonitor({ roles: ['viewer'] });
    render(
      ui(
        <PermissionGate needs="approvals.decide">
          <button type="button">Approve</button>
        </PermissionGate>,
      ),
    );
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('turns a control off, with the reason, and keeps it to be found', async () => {
    const onClick = vi.fn<() => void>();
    const { ui } = startMonitor({ roles: ['viewer'] });
    render(
      ui(
        <>
          <PermissionGate needs="approvals.decide" mode="disable">
            <button type="button" onClick={onClick}>
              Theirs
            </button>
          </PermissionGate>
          <PermissionGate needs="rules.edit" mode="disable">
            <Button onClick={onClick}>Ours</Button>
          </PermissionGate>
        </>,
      ),
    );
    for (const [name, reason] of [
      ['Theirs', 'Needs the approver role'],
      ['Ours', 'Needs the developer role'],
    ] as const) {
      const button = screen.getByRole('button', { name });
      expect(button).toHaveAttribute('aria-disabled', 'true');
      expect(button).toHaveAttribute('aria-description', reason);
      await userEvent.click(button);
    }
    expect(onClick).not.toHaveBeenCalled();
  });

  it('says what is needed, and lets a person ask for it', async () => {
    const onRequestAccess = vi.fn<(capability: string) => void>();
    const { ui } = startMonitor({ roles: ['viewer'] });
    render(
      ui(
        <PermissionGate needs="read.payload" mode="placeholder" onRequestAccess={onRequestAccess}>
          secret
        </PermissionGate>,
      ),
    );
    expect(screen.getByText('Needs the developer role')).toBeVisible();
    expect(screen.queryByText('secret')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Request access' }));
    expect(onRequestAccess).toHaveBeenCalledWith('read.payload');
  });

  it('follows the relay: a role that is taken away takes effect at once', () => {
    const { ui, transport, ingest } = startMonitor({ roles: ['approver'] });
    render(ui(<PermissionGate needs="approvals.decide">may</PermissionGate>));
    expect(screen.getByText('may')).toBeVisible();
    act(() => {
      transport.sink.onWelcome(
        {
          t: 'welcome',
          v: 1,
          conn: 'c2',
          who: 'M. Osei',
          project: 'default',
          roles: ['viewer'],
          can: ['read.shape'],
          epoch: 'ab12',
          head: 0,
          oldest: 1,
          now: 0,
          hb: 5_000,
          limits: { frameBytes: 1, ringEvents: 1 },
          resume: 'ok',
        },
        false,
      );
      ingest();
    });
    expect(screen.queryByText('may')).not.toBeInTheDocument();
  });
});

describe('RoleChip', () => {
  it('names the roles, with a lock for those who see no content', () => {
    const { ui } = startMonitor({ roles: ['operator', 'approver'] });
    const { container } = render(ui(<RoleChip />));
    expect(screen.getByText('Operator, Approver')).toHaveAttribute('data-sl-tip', 'Operator, Approver, M. Osei');
    expect(container.querySelector('[data-icon="lock"]')).toBeInTheDocument();
  });

  it('says so while nobody is known', () => {
    const { ui } = startMonitor();
    const store = createMonitorStore({
      transport: { kind: 'sse', start() {}, setSubs() {}, retryNow() {}, stop() {} },
    });
    render(ui(<RoleChip />, { store }));
    expect(screen.getByText('Not signed in')).toBeVisible();
    store.destroy();
  });
});
