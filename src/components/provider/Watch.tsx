'use client';
import { type RefObject, useEffect, useRef } from 'react';
import { useApprovals } from '../../hooks/useApprovals.ts';
import { useCan } from '../../hooks/useCan.ts';
import { useConnection } from '../../hooks/useConnection.ts';
import { useConnectionStatus } from '../../hooks/useConnectionStatus.ts';
import { useIsStale } from '../../hooks/useIsStale.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRun } from '../../hooks/useRun.ts';
import type { RunId } from '../../model/ids.ts';
import { shownStatus } from '../internals/icons/shownStatus.ts';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';

/** Marks the root while its data is stale and says aloud what a person must know. Renders nothing. */
export function Watch({ rootRef }: { readonly rootRef: RefObject<HTMLElement | null> }) {
  const { messages, announce, selection } = useMonitorContext();
  const isStale = useIsStale();
  const connection = useConnection();
  const { phase } = connection;
  const isExpired = connection.phase === 'offline' && connection.isAuthFailure;
  useIsomorphicLayoutEffect(() => {
    rootRef.current?.toggleAttribute('data-stale', isStale);
  }, [isStale, rootRef]);

  const told = useRef<'lost' | 'expired'>(undefined);
  useEffect(() => {
    const now = isExpired ? 'expired' : isStale ? 'lost' : undefined;
    if (now !== undefined && told.current !== now && told.current !== 'expired') {
      told.current = now;
      announce(messages.connection[now], 'assertive');
    } else if (phase === 'live' && told.current !== undefined) {
      told.current = undefined;
      announce(messages.connection.restored, 'assertive');
    }
  }, [isStale, isExpired, phase, announce, messages]);

  return (
    <>
      <WatchRelay />
      {selection.runId === undefined ? null : <WatchRun key={selection.runId} runId={selection.runId} />}
      <WatchApprovals />
    </>
  );
}

/** Parts of the relay that stop or work again: good to know, nothing is lost. */
function WatchRelay() {
  const { messages, announce } = useMonitorContext();
  const { degraded } = useConnectionStatus();
  const isUp = useConnection().phase === 'live';
  const said = useRef<string>(undefined);
  useEffect(() => {
    if (degraded === said.current || (degraded === undefined && !isUp)) return;
    said.current = degraded;
    announce(degraded === undefined ? messages.connection.working : `${degraded}.`, 'polite');
  }, [degraded, isUp, announce, messages]);
  return null;
}

function WatchRun({ runId }: { readonly runId: RunId }) {
  const { messages, announce } = useMonitorContext();
  const run = useRun(runId);
  const wasOpen = useRef(false);
  const isOpen = run?.status === 'running' || run?.status === 'waiting';
  useEffect(() => {
    if (wasOpen.current && run && !isOpen) {
      const name = run.name ?? messages.runList.unnamed;
      announce(messages.runList.ended(name, messages.common.status[shownStatus(run.status)]), 'polite');
    }
    wasOpen.current = isOpen;
  }, [isOpen, run, announce, messages]);
  return null;
}

function WatchApprovals() {
  const { messages, announce } = useMonitorContext();
  const canDecide = useCan('approvals.decide');
  const count = useApprovals().length;
  const known = useRef(count);
  useEffect(() => {
    if (canDecide && count > known.current) announce(messages.permission.approvalsWaiting(count), 'assertive');
    known.current = count;
  }, [canDecide, count, announce, messages]);
  return null;
}
