export type ThemeName = 'light' | 'dark';

const attributes = [
  'class',
  'style',
  'data-theme',
  'data-mui-color-scheme',
  'data-color-scheme',
  'data-bs-theme',
] as const;
const dataAttributes = attributes.slice(2);

/** The element above, also out of a shadow root. */
function parentOf(element: Element): Element | undefined {
  const parent = element.parentNode;
  if (parent instanceof Element) return parent;
  return parent instanceof ShadowRoot ? parent.host : undefined;
}

function* ancestorsOf(element: Element): Generator<Element> {
  for (let at = parentOf(element); at; at = parentOf(at)) yield at;
}

/** What a host's own switch says on this element. */
function signalOf(element: Element): ThemeName | undefined {
  for (const name of dataAttributes) {
    const value = element.getAttribute(name);
    if (value === 'dark' || value === 'light') return value;
  }
  if (element.classList.contains('dark')) return 'dark';
  return element.classList.contains('light') ? 'light' : undefined;
}

/** Luminance of a computed colour; `undefined` for one that lets what is behind it through. */
function luminanceOf(color: string): number | undefined {
  const match = /^rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+)(?:[,/ ]+([\d.]+))?\)$/.exec(color);
  if (!match || Number(match[4] ?? 1) < 0.9) return undefined;
  const [red = 0, green = 0, blue = 0] = match.slice(1, 4).map((part) => Number(part) / 255);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * What the host looks like around this element, strongest sign first: its own switch (`.dark`, `data-theme` and kin) on the
 * nearest ancestor, its `color-scheme`, the colour that is painted behind us, the system's preference.
 */
function readHostTheme(root: Element): ThemeName {
  for (const ancestor of ancestorsOf(root)) {
    const signal = signalOf(ancestor);
    if (signal) return signal;
  }
  const system: ThemeName = window.matchMedia?.('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const parent = parentOf(root);
  if (!parent) return system;
  const scheme = getComputedStyle(parent).colorScheme ?? '';
  const names = scheme.split(/\s+/);
  const hasDark = names.includes('dark');
  const hasLight = names.includes('light');
  if (hasDark !== hasLight) return hasDark ? 'dark' : 'light';
  if (hasDark) return system;
  for (const ancestor of ancestorsOf(root)) {
    const luminance = luminanceOf(getComputedStyle(ancestor).backgroundColor);
    if (luminance !== undefined) return luminance < 0.4 ? 'dark' : 'light';
  }
  return system;
}

/** Tells of the theme now and whenever the host changes it: one observer for all ancestors, one media query. @returns stop */
export function followHostTheme(root: Element, onTheme: (theme: ThemeName) => void): () => void {
  let known: ThemeName | undefined;
  const read = () => {
    const theme = readHostTheme(root);
    if (theme === known) return;
    known = theme;
    onTheme(theme);
  };
  const observer = new MutationObserver(read);
  for (const ancestor of ancestorsOf(root)) observer.observe(ancestor, { attributeFilter: [...attributes] });
  const system = window.matchMedia?.('(prefers-color-scheme: dark)');
  system?.addEventListener('change', read);
  read();
  return () => {
    observer.disconnect();
    system?.removeEventListener('change', read);
  };
}
