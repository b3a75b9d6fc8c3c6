import { describe, expect, it } from 'vitest';
import { flattenLayers } from '../../scripts/flattenLayers.ts';
import { buildStylesheet } from '../../scripts/stylesheets.ts';

describe('the flat sheet', () => {
  it('has the rules of the layers in the order of the layers, not of the files', () => {
    const css = `
      @layer sl.base, sl.state;
      @layer sl.state { .b { color: red } }
      .loose { color: blue }
      @layer sl.base { .a { color: green } @media (min-width: 1px) { .a { color: black } } }
      @layer sl.state { .c { color: pink } }`;
    const flat = flattenLayers(css).replace(/\s+/g, ' ').trim();
    expect(flat).toBe(
      '.loose { color: blue } .a { color: green } @media (min-width: 1px) { .a { color: black } } .b { color: red } .c { color: pink }',
    );
  });

  it('is not misled by braces and layers in comments and strings', () => {
    const css = `@layer a; /* @layer nobody { */ @layer a { .x::before { content: "}" } /* } */ .y { content: '\\'}' } }`;
    expect(flattenLayers(css)).toContain(`.y { content: '\\'}' }`);
    expect(flattenLayers(css)).toContain('/* @layer nobody { */');
  });

  it('refuses a layer that is not in the order, and one that is not closed', () => {
    expect(() => flattenLayers('@layer a; @layer b { }')).toThrow('layer b is not in the order list');
    expect(() => flattenLayers('@layer a; @layer a { .x { ')).toThrow('not closed');
  });
});

describe('what ships', () => {
  const flat = buildStylesheet('styles.css', 'flat');
  const layered = buildStylesheet('styles.layered.css'.replace('.layered', ''), 'layered');

  it('is flat by default: no layer, no import is left', () => {
    expect(flat).not.toMatch(/@layer|@import/);
    expect(layered).not.toMatch(/@import/);
    expect(layered.match(/@layer sl\.tokens, sl\.base, sl\.parts, sl\.state;/g)).toHaveLength(1);
  });

  it('has the same rules in both', () => {
    const selectors = (css: string) =>
      [...css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{};]+)\{/g)]
        .map((match) => match[1]?.trim() ?? '')
        .filter((selector) => !selector.startsWith('@layer'))
        .sort();
    expect(selectors(flat)).toEqual(selectors(layered));
  });

  it('begins with the tokens and ends with the states', () => {
    expect(flat.indexOf('--sl-surface:')).toBeLessThan(flat.indexOf('all: revert'));
    expect(flat.indexOf('all: revert')).toBeLessThan(flat.indexOf('.sl-panel {'));
    expect(flat.indexOf('.sl-panel {')).toBeLessThan(flat.indexOf('[aria-selected'));
  });

  it.each(['base.css', 'themes/shadcn.css', 'themes/mui.css', 'themes/plain.css'])(
    '%s is a sheet of its own',
    (name) => {
      const css = buildStylesheet(name, 'flat');
      expect(css).toContain('.sl-root');
      expect(css).not.toMatch(/@layer|@import/);
    },
  );
});
