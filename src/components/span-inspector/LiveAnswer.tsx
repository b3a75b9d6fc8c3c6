'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { ContentText } from './ContentText.tsx';

/** Text of a running model call as it comes. Never read out while it grows: a reader hears it when it is whole. */
export function LiveAnswer({ text }: { readonly text: string }) {
  const { messages } = useMonitorContext();
  const words = messages.inspector;
  return (
    <section className="sl-span-inspector__block">
      <div className="sl-span-inspector__label">
        <span className="sl-span-inspector__label-text">{words.answer}</span>
        <span className="sl-span-inspector__writing">{words.stillWriting}</span>
      </div>
      <div className="sl-span-inspector__code" aria-busy="true">
        <bdi className="sl-span-inspector__bdi">
          <ContentText text={text} />
          <span className="sl-span-inspector__caret" aria-hidden="true" />
        </bdi>
      </div>
    </section>
  );
}
