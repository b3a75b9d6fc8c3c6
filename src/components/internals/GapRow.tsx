'use client';
import type { Format } from '../../hooks/format/createFormat.ts';
import type { Messages } from '../../hooks/messages/index.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { Gap } from '../../store/types.ts';
import { Icon } from './icons/Icon.tsx';
import { tip } from './tip.ts';

/** What a gap says: how long, how many, when. Used wherever it is drawn, so that it reads the same in every axis and list. */
export function gapText(gap: Gap, messages: Messages, format: Format): string {
  const lengthMs = gap.toMs - gap.fromMs;
  const { gapLength, gapCount, gapUnknown, gap: whole } = messages.common;
  const count = gap.missingEvents === undefined ? undefined : format.exactCount(gap.missingEvents);
  const length =
    lengthMs >= 1000 ? gapLength(format.duration(lengthMs), count) : count === undefined ? gapUnknown : gapCount(count);
  return whole(length, format.shortTime(gap.toMs));
}

/** The same grey hatch as in every axis, as a line of a list. */
export function GapLine({ gap }: { readonly gap: Gap }) {
  const { messages, format } = useMonitorContext();
  return (
    <span className="sl-gap__label" {...tip(messages.common.gapCause[gap.why])}>
      <Icon name="gap" size="s" />
      <span className="sl-num">{gapText(gap, messages, format)}</span>
      <span className="sl-vh">{messages.common.gapCause[gap.why]}</span>
    </span>
  );
}
