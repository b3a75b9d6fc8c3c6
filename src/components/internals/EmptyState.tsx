'use client';
import type { ReactNode } from 'react';
import { Icon } from './icons/Icon.tsx';
import type { IconName } from './icons/iconPaths.tsx';

export interface EmptyStateProps {
  readonly icon?: IconName | undefined;
  readonly tone?: 'ok' | 'attn' | 'err' | undefined;
  readonly title: ReactNode;
  readonly body?: ReactNode;
  /** One thing to do about it. */
  readonly action?: ReactNode;
}

/** The face of a part with nothing to show: what is missing, why, and one action. Sets `data-tone`. */
export function EmptyState({ icon, tone, title, body, action }: EmptyStateProps) {
  return (
    <div className="sl-empty" data-tone={tone}>
      {icon ? (
        <span className="sl-empty__icon">
          <Icon name={icon} size="l" />
        </span>
      ) : null}
      <p className="sl-empty__title">{title}</p>
      {body ? <p className="sl-empty__body">{body}</p> : null}
      {action}
    </div>
  );
}
