'use client';
import { type IconName, iconPaths } from './iconPaths.tsx';

export interface IconProps {
  readonly name: IconName;
  /** `s` 12 px, `m` 14 px (default), `l` 16 px. */
  readonly size?: 's' | 'm' | 'l' | undefined;
  readonly className?: string | undefined;
}

/** A drawing in the current colour. Says nothing to a screen reader: the word stands beside it. Sets `data-icon`, `data-size`. */
export function Icon({ name, size = 'm', className }: IconProps) {
  return (
    <svg
      className={className ? `sl-icon ${className}` : 'sl-icon'}
      data-icon={name}
      data-size={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      {iconPaths[name]}
    </svg>
  );
}
