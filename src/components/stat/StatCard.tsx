'use client';
import { forwardRef, type ReactNode } from 'react';
import { Icon } from '../internals/icons/Icon.tsx';
import { StatusIcon } from '../internals/icons/StatusIcon.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { sparkPaths } from './sparkPaths.ts';

export type StatTone = 'warn' | 'error' | 'waiting';

export interface StatCardRootState {
  readonly status?: StatTone | undefined;
  readonly stale: boolean;
}

export interface StatCardRootProps extends PartPropsOf<'div', StatCardRootState> {
  /** All of the card in words, e.g. "Error rate 1.42 percent, up 0.61 points, warning". */
  readonly label: string;
  readonly status?: StatTone | undefined;
  readonly isStale?: boolean | undefined;
}

/** One figure with what belongs to it: a `group` that says all of it. Sets `data-status`, `data-stale`. */
export const StatCardRoot = forwardRef<HTMLDivElement, StatCardRootProps>(function StatCardRoot(props, ref) {
  const { label, status, isStale = false, ...partProps } = props;
  return useRenderPart('div', partProps, { status, stale: isStale } satisfies StatCardRootState, {
    ref,
    role: 'group',
    'aria-label': label,
    className: 'sl-stat',
  });
});

/** Name of the figure, with the silhouette of its status. */
export function StatCardLabel({
  status,
  children,
}: {
  readonly status?: StatTone | undefined;
  readonly children: ReactNode;
}) {
  return (
    <div className="sl-stat__label">
      {status ? <StatusIcon status={status} size="s" label={false} /> : null}
      <span className="sl-stat__name" {...tip()}>
        {children}
      </span>
    </div>
  );
}

export interface StatCardValueProps {
  /** As it is shown, e.g. `1.42`. */
  readonly value: string;
  /** Smaller, after it. */
  readonly unit?: string | undefined;
  /** All digits, on hover and focus. */
  readonly exact?: string | undefined;
}

/** The figure. Its width does not change with its digits. */
export function StatCardValue({ value, unit, exact }: StatCardValueProps) {
  return (
    <div className="sl-stat__value" {...tip(exact ?? false)}>
      {value}
      {unit ? <span className="sl-stat__unit">{unit}</span> : null}
    </div>
  );
}

export interface StatCardTrendProps {
  readonly direction: 'up' | 'down' | 'same';
  /** Size of the change, e.g. `0.61 pp`. */
  readonly text: string;
  /** Only where the metric says which way is better: `bad` is amber, never red. */
  readonly meaning?: 'good' | 'bad' | undefined;
}

const arrows = { up: '▲', down: '▼', same: '' } as const;

/** Which way the figure went. Sets `data-trend`. */
export function StatCardTrend({ direction, text, meaning }: StatCardTrendProps) {
  return (
    <span className="sl-stat__trend" data-trend={meaning}>
      <span aria-hidden="true">{arrows[direction]}</span> {text}
    </span>
  );
}

export interface StatCardSparklineProps {
  /** Oldest first; `undefined` breaks the line. */
  readonly values: readonly (number | undefined)[];
  readonly tone?: 'attn' | undefined;
}

/** The last minutes as a line without an axis, its last point dotted. Hidden from readers: the figure says what counts. Sets `data-tone`. */
export function StatCardSparkline({ values, tone }: StatCardSparklineProps) {
  const { paths, last } = sparkPaths(values);
  if (paths.length === 0) return null;
  return (
    <svg className="sl-stat__spark" data-tone={tone} viewBox="0 0 62 24" aria-hidden="true" focusable="false">
      {paths.map((path) => (
        <path key={path} d={path} />
      ))}
      {last ? <circle cx={last.x} cy={last.y} r="2" /> : null}
    </svg>
  );
}

export interface StatCardFootProps {
  readonly tone?: 'attn' | 'err' | undefined;
  readonly children: ReactNode;
}

/** A line of facts under the figure. Sets `data-tone`. */
export function StatCardFoot({ tone, children }: StatCardFootProps) {
  return (
    <div className="sl-stat__foot" data-tone={tone} {...tip()}>
      {children}
    </div>
  );
}

/** In place of a figure that has not come: as wide as one. */
export function StatCardSkeleton() {
  return (
    <div className="sl-stat__value" aria-hidden="true">
      <span className="sl-stat__pale" />
    </div>
  );
}

/** In place of a figure that could not be had: why. */
export function StatCardError({ children }: { readonly children: ReactNode }) {
  return (
    <div className="sl-stat__foot" data-tone="err">
      <Icon name="error" size="s" />
      {children}
    </div>
  );
}
