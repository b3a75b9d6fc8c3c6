import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildStylesheet } from '../../scripts/stylesheets.ts';
import { readRules } from './support/readRules.ts';
import { specificityOf } from './support/specificity.ts';

const flat = buildStylesheet('styles.css', 'flat');
const { rules, atRules } = readRules(flat);
const selectors = rules.flatMap((rule) => rule.selectors);

describe('specificity, as counted here', () => {
  it.each([
    ['.a', '0,1,0'],
    ['.a[data-x="1"]', '0,2,0'],
    [':where(.a .b) .c', '0,1,0'],
    ['.a:not(.b)', '0,2,0'],
    [':where(*):not(x x x)', '0,0,3'],
    ['.a::before', '0,1,1'],
    ['#a', '1,0,0'],
    ['.a:is(.b, #c)', '1,1,0'],
  ])('%s is %s', (selector, text) => expect(specificityOf(selector).join(',')).toBe(text));
});

describe('the sheet keeps to its contract', () => {
  it('is no stronger than a class and one attribute', () => {
    const tooStrong = selectors.filter((selector) => {
      const [ids, classes] = specificityOf(selector);
      return ids > 0 || classes > 2;
    });
    expect(tooStrong).toEqual([]);
  });

  it('touches nothing that is not ours: every selector has our class or stands under the root', () => {
    const foreign = selectors.filter(
      (selector) => !/\.sl-|\.react-flow/.test(selector) || /(^|[\s>+~])(html|body|:root)\b/.test(selector),
    );
    expect(foreign).toEqual([]);
    expect(selectors.filter((selector) => selector.includes('.react-flow') && !selector.includes('.sl-'))).toEqual([]);
  });

  it('has no !important, no px-foreign unit and no viewport query', () => {
    expect(flat).not.toContain('!important');
    expect(rules.filter((rule) => /\d(rem)\b/.test(rule.body)).map((rule) => rule.selectors)).toEqual([]);
    expect(atRules.filter((rule) => /^@media.*\b(min|max)?-?(width|height)\b/.test(rule))).toEqual([]);
  });

  it('names everything that is global with our prefix', () => {
    const names = [...flat.matchAll(/@(?:keyframes|font-face|property|container)\s+(--)?([\w-]+)/g)].map(
      (match) => match[2] ?? '',
    );
    expect(names.filter((name) => !name.startsWith('sl-'))).toEqual([]);
    const own = [...flat.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1] ?? '');
    expect(own.filter((name) => !name.startsWith('--sl-') && !name.startsWith('--xy-'))).toEqual([]);
  });

  it('uses logical sides, except on a time axis, which stays left to right', () => {
    const physical = rules.filter(
      (rule) =>
        /(?:^|[;{\s])(?:margin|padding|border)-(?:left|right)|text-align:\s*(?:left|right)/.test(rule.body) &&
        !rule.selectors.every((selector) => /span-tree|workflow|react-flow|spark|axis/.test(selector)),
    );
    expect(physical.map((rule) => rule.selectors.join())).toEqual([]);
  });

  it('declares every token it uses', () => {
    const declared = new Set([...flat.matchAll(/(--sl-[\w-]+)\s*:/g)].map((match) => match[1]));
    /** Set on elements by the parts, or left to the host with a fallback. */
    const withoutFallback = [...flat.matchAll(/var\((--sl-[\w-]+)\)/g)].map((match) => match[1] ?? '');
    const setByParts = new Set(
      sourceFiles('src/components').flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/'(--sl-[\w-]+)'/g)].map((match) => match[1]),
      ),
    );
    expect([...new Set(withoutFallback)].filter((name) => !declared.has(name) && !setByParts.has(name))).toEqual([]);
  });
});

describe('the parts keep to it too', () => {
  const sources = sourceFiles('src/components').map((file) => ({ file, text: readFileSync(file, 'utf8') }));

  it('no part writes a style attribute', () => {
    const withStyle = sources.filter(({ file, text }) => /\sstyle=\{/.test(text) && !file.includes('renderPart'));
    expect(withStyle.map(({ file }) => file)).toEqual([]);
  });

  it('every class of a part begins with our prefix', () => {
    const classes = sources.flatMap(({ text }) =>
      [...text.matchAll(/className(?:=|:\s*)["'`]([^"'`$]+)["'`]/g)].flatMap((match) => (match[1] ?? '').split(/\s+/)),
    );
    expect(classes.length).toBeGreaterThan(50);
    expect(classes.filter((name) => name !== '' && !name.startsWith('sl-'))).toEqual([]);
  });

  it('no part asks the window for its layout or binds keys on the document', () => {
    const bad = sources.filter(({ text }) =>
      /window\.inner(Width|Height)|document\.addEventListener\(['"]key|document\.querySelector|dangerouslySetInnerHTML|innerHTML/.test(
        text,
      ),
    );
    expect(bad.map(({ file }) => file)).toEqual([]);
  });

  it('every client file says so', () => {
    const without = sources.filter(
      ({ text }) =>
        /from 'react'/.test(text) &&
        !/^import type [^;]+ from 'react';/m.test(text) &&
        !text.startsWith("'use client';"),
    );
    expect(without.map(({ file }) => file)).toEqual([]);
  });
});

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
