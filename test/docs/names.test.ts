import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as spanlight from 'spanlight';
import * as adapters from 'spanlight/adapters';
import * as agent from 'spanlight/agent';
import * as prices from 'spanlight/prices';
import * as relay from 'spanlight/relay';
import * as simulator from 'spanlight/simulator';
import * as store from 'spanlight/store';
import * as transport from 'spanlight/transport';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { relayRoutes } from '../../src/relay/http/routes.ts';
import { findUnknownSettings } from '../../src/relay/settings/parseSettings.ts';
import { settingTable } from '../../src/relay/settings/settingsSchema.ts';
import { blocksOf, guides, pages, rootDir } from './pages.ts';

const guideText = guides.map(({ text }) => text).join('\n');
const textOf = (path: string): string => readFileSync(join(rootDir, path), 'utf8');
const sourcesIn = (folder: string, ending: RegExp): string =>
  readdirSync(join(rootDir, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

describe('environment variables', () => {
  const namesIn = (text: string): ReadonlySet<string> =>
    new Set([...text.matchAll(/\bSPANLIGHT_[A-Z0-9_]*[A-Z0-9](?![A-Z0-9_{*])/g)].map(([name]) => name));
  /** Between the demo and its agents. */
  const isInner = (name: string): boolean => name.startsWith('SPANLIGHT_DEMO_');
  const read = namesIn(sourcesIn('src', /\.ts$/) + sourcesIn('python/spanlight', /\.py$/));

  it('that the pages name are read by something', () => {
    expect([...namesIn(guideText)].filter((name) => !read.has(name))).toEqual([]);
  });

  it('that are read stand on a page', () => {
    const told = namesIn(guideText);
    expect(Object.keys(settingTable).filter((name) => !read.has(name))).toEqual([]);
    expect([...read].filter((name) => !isInner(name) && !told.has(name))).toEqual([]);
  });

  it('of agents and of other commands are no slip of the pen to a relay that shares their environment', () => {
    expect(findUnknownSettings(Object.fromEntries([...read].map((name) => [name, 'x'])))).toEqual([]);
  });
});

describe('paths of the relay', () => {
  const routes = Object.values(relayRoutes).map(({ method, path, needs }) => ({ name: `${method} ${path}`, needs }));
  const told = new Set(
    [...guideText.matchAll(/\b(GET|POST) (\/[\w/:.*-]*)/g)].map(
      ([, method, path = '']) => `${method} ${path.replace(/\.$/, '')}`,
    ),
  );

  it('that the pages name are there', () => {
    const known = new Set([...routes.map(({ name }) => name), 'GET /']);
    expect([...told].filter((name) => !known.has(name))).toEqual([]);
  });

  it('that are there stand on a page', () => {
    expect(routes.map(({ name }) => name).filter((name) => name !== 'GET /*' && !told.has(name))).toEqual([]);
  });

  it('need of a token what the table of the page says', () => {
    const rows = textOf('docs/relay.md').matchAll(/^\| (`(?:GET|POST) .*?) \| (?:`([\w.]+)`)? ?\|/gm);
    const said = [...rows].flatMap(([, names = '', needs]) =>
      [...names.matchAll(/`((?:GET|POST) [^`]+)`/g)].map(([, name = '']) => ({ name, needs })),
    );
    expect(said.length).toBeGreaterThan(12);
    const wrong = said.filter(({ name, needs }) => {
      const route = routes.find((each) => each.name === name.replace(/\/$/, '/*'));
      // its token comes in the first frame, so the route itself asks for none
      return route?.needs !== needs && name !== 'GET /v1/stream';
    });
    expect(wrong).toEqual([]);
  });
});

describe('commands', () => {
  /** What stands behind `spanlight` in blocks of a shell and in words of the pages, with the rest of its line. */
  const calls = pages
    .filter((page) => guides.includes(page))
    .flatMap((page) => {
      const blocks = blocksOf(page).filter(({ language }) => language === 'sh');
      const words = [...page.text.matchAll(/`(?:npx )?(spanlight [^`\n]+)`/g)].map(([, text = '']) => text);
      return [...blocks.flatMap(({ code }) => code.split('\n')), ...words].flatMap((line) =>
        [...line.matchAll(/(?:^|[\s`])spanlight ([a-z]+)\b([^#|>`]*)/g)].map(([, name = '', rest = '']) => ({
          at: `${page.path}: spanlight ${name}${rest}`.trim(),
          name,
          flags: [...rest.matchAll(/(?<=\s)--?[a-z][a-z-]*/g)].map(([flag]) => flag),
        })),
      );
    });

  const helpOf = async (name: string): Promise<string> => {
    const run = await commands.find((command) => command.name === name)?.load();
    let help = '';
    await run?.(['--help'], {
      stdout: (text) => {
        help += text;
      },
      stderr: () => undefined,
      env: {},
      cwd: rootDir,
      readFile: () => Promise.reject(new Error('not asked for')),
      writeFile: () => Promise.reject(new Error('not asked for')),
      signal: new AbortController().signal,
      isTerminal: false,
    });
    return help;
  };

  it('that the pages name are there, with the options that they are given', async () => {
    expect(calls.length).toBeGreaterThan(20);
    const wrong: string[] = [];
    for (const { at, name, flags } of calls) {
      const help = await helpOf(name);
      const lacks = flags.filter((flag) => !new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(help));
      if (help === '') wrong.push(`${at}: no such command`);
      else if (lacks.length > 0) wrong.push(`${at}: ${lacks.join(', ')}`);
    }
    expect(wrong).toEqual([]);
  });

  it('that are there stand on a page', () => {
    const told = new Set(calls.map(({ name }) => name));
    expect(commands.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
  });

  it('of npm are scripts of the package, and every run of the tests names a project that there is', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Readonly<Record<string, string>> };
    const own = guides.filter(({ path }) => !path.startsWith('examples/'));
    const asked = own.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run (?:--silent )?([a-z:]+)/g)].map(([, name = '']) => ({ path, name })),
    );
    expect(asked.filter(({ name }) => !Object.hasOwn(scripts, name))).toEqual([]);
    const projects = new Set([...textOf('vitest.config.ts').matchAll(/\bname: '(\w+)'/g)].map(([, name]) => name));
    const named = [...guideText.matchAll(/--project (\w+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !projects.has(name))).toEqual([]);
  });
});

describe('tokens of the style sheet', () => {
  const theming = textOf('docs/theming.md');
  const declared = new Set(
    [...textOf('src/theme/tokens.css').matchAll(/^\s*(--sl-[a-z0-9-]+):/gm)].map(([, name = '']) => name),
  );

  /** `--sl-a1` … `--sl-a3` are three, and `-b` behind `--sl-k-a` is `--sl-k-b`. */
  const told = new Set<string>();
  for (const line of theming.split('\n')) {
    let before = '';
    for (const [, gap = '', word = ''] of line.matchAll(/([^`]*)`(-{1,2}[a-z][a-z0-9-]*)`/g)) {
      const name = word.startsWith('--') ? word : before.replace(/-[a-z0-9]+$/, word);
      const [, stem, from] = /^(.*?)(\d+)$/.exec(before) ?? [];
      if (gap.includes('…') && stem !== undefined)
        for (let number = Number(from); number < Number(name.slice(stem.length)); number += 1) told.add(stem + number);
      told.add(name);
      before = name;
    }
  }

  it('that the pages name are there', () => {
    const everywhere = sourcesIn('src/theme', /\.css$/) + sourcesIn('src/components', /\.tsx?$/);
    const named = [...told, ...[...guideText.matchAll(/--sl-[a-z0-9-]*[a-z0-9]\b(?!-)/g)].map(([name]) => name)];
    const missing = named.filter(
      (name) => name.startsWith('--sl-') && !new RegExp(`${name}(?![\\w-])`).test(everywhere),
    );
    expect([...new Set(missing)]).toEqual([]);
  });

  it('that a host may set stand on the page about theming', () => {
    expect([...declared].filter((name) => !told.has(name))).toEqual([]);
  });
});

describe('what an entry exports', () => {
  const entries: Readonly<Record<string, object>> = {
    '.': spanlight,
    './store': store,
    './transport': transport,
    './adapters': adapters,
    './simulator': simulator,
    './prices': prices,
    './relay': relay,
    './agent': agent,
  };

  it('is looked at here, of every entry of the package', () => {
    const { exports } = JSON.parse(textOf('package.json')) as { exports: object };
    const scripts = Object.keys(exports).filter((path) => !/\.(?:css|json)$/.test(path));
    expect(scripts).toEqual(Object.keys(entries));
  });

  it.each(Object.entries(entries))(
    'from %s stands on a page: functions, parts, hooks and constants',
    (_path, offered) => {
      const isTold = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(guideText);
      expect(Object.keys(offered).filter((name) => !isTold(name))).toEqual([]);
    },
  );

  it('of parts stands on the page of parts, under the heading of its view', () => {
    const views = Object.entries(spanlight).filter(
      ([, value]) => Object.prototype.toString.call(value) === '[object Module]',
    );
    expect(views.length).toBeGreaterThan(8);
    const sections = textOf('docs/parts.md').split(/^## /m);
    const untold = views.flatMap(([view, parts]) => {
      const section = sections.find((text) => text.split('\n', 1)[0]?.includes(view)) ?? '';
      return Object.keys(parts)
        .filter((part) => !section.includes(`\`${part}\``))
        .map((part) => `${view}.${part}`);
    });
    expect(untold).toEqual([]);
  });
});
