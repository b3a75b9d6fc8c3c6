import { DashboardPrefab } from 'spanlight';
import { afterEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { addCss, differencesOf, flatCss, snapshotOf, stage, startStage } from './support/stage.tsx';

/** Each a rule that hosts really have, in its unlayered form. `a{color:red!important}` cannot be won and is not among them. */
const hostile: Readonly<Record<string, string>> = {
  'letters of everything': '*{letter-spacing:2px;text-transform:uppercase;word-spacing:4px}',
  'buttons unset': 'button{all:unset}',
  'buttons of a framework':
    'button{padding:12px 24px;border:2px solid red;background:yellow;min-height:60px;text-transform:uppercase;border-radius:20px;box-shadow:0 0 4px;margin:4px;width:100%}',
  'padded tables': 'table td{padding:40px}table{border:1px solid;background:yellow}th{text-align:left}',
  'wide pictures': 'svg{display:block;width:100%;height:auto;max-width:100%}',
  'small root': 'html{font-size:62.5%}body{line-height:2}',
  'a reset':
    '*,*::before,*::after{box-sizing:content-box;margin:0;padding:0}ul,ol{list-style:none}img,svg{vertical-align:middle}',
  headings: 'h1,h2,h3{font:700 40px/1.5 serif;margin:1em 0;text-transform:uppercase;border-bottom:4px solid red}',
  forms:
    'input,select,textarea{width:100%;padding:20px;border:3px solid red;height:80px;font-size:30px;margin-bottom:1rem}label{display:block}',
  lists:
    'ul,ol{padding-left:40px;margin:1em 0}li{margin:10px;list-style:square}dl{margin:2em}dt{font-weight:700}dd{margin-left:40px}',
  sections: 'section{padding:64px;background:yellow;min-height:100vh}header,nav{position:fixed;top:0;height:60px}',
  text: 'p{margin:1em 0;font-size:18px;line-height:1.8}span{font-size:20px}b,strong{color:red}code,pre{background:black;padding:1em}time{color:red}',
  boxes: 'div{line-height:3;margin-bottom:1px}',
  'slow everything': '*{transition:all 3s;outline:none}',
  'touchy focus': '*:focus{outline:none}',
};

let sheets: HTMLStyleElement[] = [];
const add = (css: string) => sheets.push(addCss(css));
afterEach(() => {
  for (const sheet of sheets) sheet.remove();
  sheets = [];
});

describe('in a hostile host', () => {
  it.each([
    ['before', 1_440],
    ['after', 1_440],
    ['before', 420],
  ] as const)('nothing of ours changes, with its rules %s ours, %d px wide', async (order, width) => {
    await page.viewport(width, 900);
    const { ui } = startStage();
    const ours = flatCss.replace('transition: background-color var(--sl-t-fast) var(--sl-ease)', '');
    add(`.stage{width:${width}px;height:1400px}`);
    const oursSheet = addCss(ours);
    sheets.push(oursSheet);
    const screen = await render(stage(ui(<DashboardPrefab />, { className: 'whole' })));
    add('.whole{height:100%}');
    await expect.element(screen.getByRole('heading', { name: 'Agent operations' })).toBeVisible();
    const root = document.querySelector('.sl-root') as HTMLElement;
    const before = snapshotOf(root);
    expect(before.size).toBeGreaterThan(150);
    const differencesUnder = (css: string) => {
      const sheet = addCss(css);
      if (order === 'before') document.head.prepend(sheet);
      const differences = differencesOf(before, snapshotOf(root));
      sheet.remove();
      return differences;
    };
    const { 'buttons unset': unset, ...others } = hostile;
    // all at once is quick; only when something gave way each is tried alone, to name it
    const together = differencesUnder(Object.values(others).join('\n'));
    const culprits = Object.entries(together.length > 0 ? others : {}).filter(
      ([, css]) => differencesUnder(css).length > 0,
    );
    expect(culprits.map(([name]) => name)).toEqual([]);
    expect(together).toEqual([]);
    expect(differencesUnder(unset ?? '')).toEqual([]);
  });

  it('every element of ours has a class of ours, so that the floor is under all of them', async () => {
    const { ui } = startStage();
    add(flatCss);
    await render(stage(ui(<DashboardPrefab />)));
    const bare = [...document.querySelectorAll('.sl-root *')].filter(
      (element) =>
        !element.closest('svg') &&
        !element.closest('.react-flow') &&
        !(element.getAttribute('class') ?? '').includes('sl-'),
    );
    expect([...new Set(bare.map((element) => `${element.parentElement?.className} > ${element.tagName}`))]).toEqual([]);
  });
});

describe('to its host', () => {
  const hostPage = `
    <header class="dark-bar"><h1>Admin</h1><nav><a href="#x">Orders</a></nav></header>
    <main><h2>Title</h2><p class="text">Words <b>bold</b> <code>code</code></p><ul><li>One</li></ul>
    <table><tbody><tr><th>A</th><td>1</td></tr></tbody></table><form><label>Name <input name="n"></label><select><option>1</option></select>
    <textarea></textarea><button type="button" class="button">Go</button></form><dl><dt>T</dt><dd>D</dd></dl>
    <svg viewBox="0 0 10 10" width="40"><path d="M0 0h10"/></svg><dialog open>Hi</dialog><details open><summary>S</summary>D</details></main>`;

  it('changes no computed style', async () => {
    const host = document.createElement('div');
    host.innerHTML = hostPage;
    document.body.append(host);
    add('body{font:15px/1.6 Georgia,serif}.button{color:white;background:brown}');
    const styles = () =>
      [document.documentElement, document.body, host, ...host.querySelectorAll('*')].map((element) => {
        const style = getComputedStyle(element);
        return `${element.tagName} ${Array.from(style, (name) => `${name}:${style.getPropertyValue(name)}`).join(';')}`;
      });
    const without = styles();
    add(flatCss);
    expect(styles()).toEqual(without);
    host.remove();
  });

  it('leaves elements in our slots as the host made them', async () => {
    const { ui } = startStage();
    add('.host-chip{all:unset;color:rgb(1,2,3);letter-spacing:3px;padding:7px;display:inline-block;font-size:19px}');
    add(flatCss);
    const screen = await render(
      stage(
        ui(
          <DashboardPrefab
            actions={
              <button type="button" className="host-chip">
                Host
              </button>
            }
          />,
        ),
      ),
    );
    const style = getComputedStyle(screen.getByRole('button', { name: 'Host' }).element());
    expect([style.color, style.letterSpacing, style.paddingTop, style.fontSize]).toEqual([
      'rgb(1, 2, 3)',
      '3px',
      '7px',
      '19px',
    ]);
  });

  it('lets a class that the host gives to a part win over the floor', async () => {
    const { ui } = startStage();
    add(flatCss);
    document.head.prepend(addCss('.mt-4{margin-top:16px}.lower{text-transform:lowercase}'));
    await render(stage(ui(<DashboardPrefab className="mt-4 lower" />)));
    const style = getComputedStyle(document.querySelector('.sl-dashboard') as HTMLElement);
    expect([style.marginTop, style.textTransform]).toEqual(['16px', 'lowercase']);
  });
});
