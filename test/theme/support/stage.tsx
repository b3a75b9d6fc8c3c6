import type { ReactNode } from 'react';
import { simulateRun } from 'spanlight/simulator';
import { flattenLayers } from '../../../scripts/flattenLayers.ts';
import layered from '../../../src/theme/styles.css?inline';
import { startMonitor, type TestMonitor } from '../../components/support/startMonitor.tsx';
import { BASE_MS } from '../../store/support/buildEvents.ts';

/** The sheet as it ships by default. */
export const flatCss = flattenLayers(layered);

export function addCss(css: string): HTMLStyleElement {
  const element = document.createElement('style');
  element.textContent = css;
  document.head.append(element);
  return element;
}

/** The reference scenario, half-way: runs of every state, with content. */
export function startStage(): TestMonitor {
  return startMonitor({
    roles: ['developer', 'approver'],
    events: simulateRun({ scenario: 'dashboard', startAtMs: BASE_MS - 41_200, untilMs: 41_200 }),
  });
}

export const stage = (children: ReactNode) => (
  <div data-testid="stage" className="stage">
    {children}
  </div>
);

/** Each element of ours with all of its computed style and its box, in document order. */
export function snapshotOf(root: Element): Map<string, string> {
  const snapshot = new Map<string, string>();
  const box = root.getBoundingClientRect();
  [...root.querySelectorAll<HTMLElement>('[class*="sl-"]')].forEach((element, index) => {
    const style = getComputedStyle(element);
    const rect = element.getBoundingClientRect();
    const place = [rect.x - box.x, rect.y - box.y, rect.width, rect.height].map((value) => value.toFixed(1)).join(' ');
    const computed = Array.from(style, (name) => `${name}:${style.getPropertyValue(name)}`).join(';');
    snapshot.set(`${index} ${element.getAttribute('class')}`, `${place}|${computed}`);
  });
  return snapshot;
}

/** What differs, named so that a person finds it. */
export function differencesOf(before: Map<string, string>, after: Map<string, string>): string[] {
  const found: string[] = [];
  for (const [key, value] of before) {
    const other = after.get(key) ?? 'gone';
    if (other === value) continue;
    const names = value.split(/[|;]/).filter((part, at) => part !== other.split(/[|;]/)[at]);
    found.push(
      `${key}: ${names.slice(0, 4).join(', ')} -> ${other
        .split(/[|;]/)
        .filter((part) => !value.split(/[|;]/).includes(part))
        .slice(0, 4)
        .join(', ')}`,
    );
  }
  return found;
}
