'use client';
import type { ReactNode } from 'react';
import { Icon } from './icons/Icon.tsx';
import type { IconName } from './icons/iconPaths.tsx';
import { tip } from './tip.ts';

export interface ChipProps {
  readonly tone?: 'live' | 'ok' | 'attn' | 'err' | 'line' | undefined;
  readonly icon?: IconName | undefined;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}

/** A short fact in a pill. Sets `data-tone`. */
export function Chip({ tone, icon, hint, children }: ChipProps) {
  return (
    <span className="sl-chip" data-tone={tone} {...tip(hint ?? false)}>
      {icon ? <Icon name={icon} size="s" /> : null}
      {children}
    </span>
  );
}

/** A number in a pill, beside the word it counts. */
export function Count({ children }: { readonly children: ReactNode }) {
  return <span className="sl-count">{children}</span>;
}
