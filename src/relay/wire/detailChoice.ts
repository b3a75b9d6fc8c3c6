import type { Subscription } from '../../model/wire.ts';

/**
 * A subscription to `overview` with the filter `spans: "auto"` leaves it to the relay whether every event is sent, or rows and
 * detail only for what is open.
 */
const isLeftToRelay = ({ sub, filter, scope }: Subscription): boolean =>
  sub === 'overview' && filter?.spans === 'auto' && scope === undefined;

export const leavesChoice = (subs: readonly Subscription[]): boolean => subs.some(isLeftToRelay);

/** What the subscriptions come to while the project is busy, and while it is not. */
export function resolveDetail(subs: readonly Subscription[], isBusy: boolean): readonly Subscription[] {
  const resolved = subs.flatMap((one): readonly Subscription[] => {
    if (!isLeftToRelay(one)) return [one];
    const { spans: _spans, ...rest } = one.filter ?? {};
    const filter = Object.keys(rest).length > 0 ? rest : undefined;
    return isBusy
      ? [
          { sub: 'runs', filter },
          { sub: 'metrics', filter },
        ]
      : [{ sub: 'overview', filter }];
  });
  // who gets every event derives the rows by itself
  const hasAll = resolved.some(
    ({ sub, filter, scope }) => sub === 'overview' && !scope && Object.keys(filter ?? {}).length === 0,
  );
  return hasAll ? resolved.filter(({ sub }) => sub !== 'runs') : resolved;
}
