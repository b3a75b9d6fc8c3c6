'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { RedactedValue } from '../../store/content/jsonShape.ts';
import { RedactedChip } from './RedactedChip.tsx';

/** In place of a value that a rule took out for everybody: what it was, how large, and on hover why. */
export function RedactedValueChip({ value }: { readonly value: RedactedValue }) {
  const { messages, format } = useMonitorContext();
  const { redacted, sizeBytes, reason } = value;
  const words = messages.inspector;
  const what = redacted === '' || redacted === 'text' ? words.hiddenByRule : redacted;
  return (
    <RedactedChip
      what={sizeBytes === undefined ? what : words.withSize(what, format.bytes(sizeBytes))}
      reason={reason ?? words.ruleReason}
    />
  );
}
