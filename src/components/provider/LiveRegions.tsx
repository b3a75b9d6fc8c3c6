'use client';
import { useSyncExternalStore } from 'react';
import type { Announcer, Urgency } from './createAnnouncer.ts';

const readEmpty = () => '';

/** The two live regions of a root, mounted empty: a region that comes with its text is not read out. */
export function LiveRegions({ announcer }: { readonly announcer: Announcer }) {
  return (
    <>
      <LiveRegion announcer={announcer} urgency="polite" />
      <LiveRegion announcer={announcer} urgency="assertive" />
    </>
  );
}

function LiveRegion({ announcer, urgency }: { readonly announcer: Announcer; readonly urgency: Urgency }) {
  const text = useSyncExternalStore(announcer.subscribe, () => announcer.read(urgency), readEmpty);
  return (
    <div className="sl-vh" role={urgency === 'polite' ? 'status' : 'alert'} aria-live={urgency} aria-atomic="true">
      {text}
    </div>
  );
}
