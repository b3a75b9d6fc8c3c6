'use client';
import { type ReactNode, useRef } from 'react';
import { useRoving } from './useRoving.ts';

export interface ToolbarProps {
  readonly label: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** Controls in a row with one tab stop: ←→ Home End move inside it. */
export function Toolbar({ label, className, children }: ToolbarProps) {
  const ref = useRef<HTMLDivElement>(null);
  useRoving(ref);
  return (
    <div ref={ref} role="toolbar" aria-label={label} className={className ? `sl-toolbar ${className}` : 'sl-toolbar'}>
      {children}
    </div>
  );
}
