import type { RunId, SpanKey } from 'spanlight/store';

const nextFrame = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
const inspector = () => document.querySelector('.sl-span-inspector');
const CLOSED = 'button[aria-expanded="false"], [role="treeitem"][aria-expanded="false"] button';

/** Opens a span, each tab of the inspector and every fold in it. @returns places on the screen that show the needle as text */
export async function lookAtEverything(runId: RunId, spanKey: SpanKey, needle: string): Promise<number> {
  window.openSelection({ runId, spanKey });
  await nextFrame();
  await nextFrame();
  let places = 0;
  const tabCount = inspector()?.querySelectorAll('[role="tab"]').length ?? 0;
  for (let tab = 0; tab < tabCount; tab += 1) {
    inspector()?.querySelectorAll<HTMLElement>('[role="tab"]')[tab]?.click();
    await nextFrame();
    for (let fold = 0; fold < 30; fold += 1) {
      const closed = inspector()?.querySelector<HTMLElement>(CLOSED);
      if (!closed) break;
      closed.click();
      await nextFrame();
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (texts.currentNode.nodeValue?.includes(needle)) places += 1;
  }
  return places;
}
