'use client';
import { memo } from 'react';
import { visiblePieces } from '../../store/content/index.ts';

/** Foreign text as text: nothing in it is markup, a link or an order; what cannot be seen is named. */
export const ContentText = memo(function ContentText({ text }: { readonly text: string }) {
  const pieces = visiblePieces(text);
  if (pieces.length === 1 && pieces[0]?.kind === 'plain') return <>{pieces[0].text}</>;
  return (
    <>
      {pieces.map((piece, at) =>
        piece.kind === 'plain' ? (
          piece.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never change their order
          <span key={at} className="sl-span-inspector__mark" title={piece.code}>
            {piece.text}
          </span>
        ),
      )}
    </>
  );
});
