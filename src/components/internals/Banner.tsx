'use client';
import type { ReactNode } from 'react';
import { Icon } from './icons/Icon.tsx';
import type { IconName } from './icons/iconPaths.tsx';

export interface BannerProps {
  readonly tone?: 'live' | 'attn' | 'err' | undefined;
  readonly icon?: IconName | undefined;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** A line across a part about the state of all of it; what was shown before stays under it. Sets `data-tone`. */
export function Banner({ tone = 'live', icon, title, children, actions }: BannerProps) {
  return (
    <div className="sl-banner" data-tone={tone}>
      {icon ? <Icon name={icon} /> : null}
      <span className="sl-banner__title">{title}</span>
      {children ? <span className="sl-banner__text">{children}</span> : null}
      {actions ? <span className="sl-banner__actions">{actions}</span> : null}
    </div>
  );
}
