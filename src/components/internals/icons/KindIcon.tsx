'use client';
import { useMonitorContext } from '../../../hooks/useMonitorContext.ts';
import type { SpanKind } from '../../../model/span.ts';
import { tip } from '../tip.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './iconPaths.tsx';

/** Kinds that share a drawing and a hue with another one. */
export const iconByKind: Readonly<Record<SpanKind, IconName>> = {
  agent: 'agent',
  llm: 'llm',
  tool: 'tool',
  handoff: 'handoff',
  guardrail: 'guardrail',
  retrieval: 'retrieval',
  mcp: 'tool',
  speech: 'other',
  task: 'agent',
  turn: 'agent',
  eval: 'eval',
  approval: 'human',
  custom: 'other',
};

export interface KindIconProps {
  readonly kind: SpanKind;
  readonly size?: 's' | 'm' | 'l' | undefined;
  /** `false`: the word stands beside it already. */
  readonly label?: string | false | undefined;
}

/** Drawing and word of a span's kind. Sets `data-kind`; reads `--sl-k`. */
export function KindIcon({ kind, size, label }: KindIconProps) {
  const { messages } = useMonitorContext();
  const word = label ?? messages.common.kind[kind];
  return (
    <span className="sl-kind" data-kind={kind} {...tip(word)}>
      <Icon name={iconByKind[kind]} size={size} />
      {word ? <span className="sl-vh">{word}</span> : null}
    </span>
  );
}
