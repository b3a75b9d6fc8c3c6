import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { openaiAgentsAdapter, parseText } from 'spanlight/adapters';
import type { Detail, MonitorEvent } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { readMessages } from '../../../src/store/content/index.ts';

const folder = new URL('../../fixtures/openai-agents-js/', import.meta.url);
const read = (file: string): readonly MonitorEvent[] =>
  openaiAgentsAdapter.read(parseText(readFileSync(new URL(file, folder), 'utf8')).value).events;
/** Messages of each model call, in the order the calls ended. */
const callsOf = (file: string) =>
  read(file)
    .filter((event) => event.type === 'span.end' && event.a.kind === 'llm')
    .map((event) => readMessages(event.detail ?? {}));
const brief = (messages: ReturnType<typeof readMessages>) =>
  messages.map(
    (one) => `${one.part} ${one.role}: ${one.text ?? one.toolCalls.map((call) => `${call.name}()`).join(', ')}`,
  );

describe('messages of captured model calls', () => {
  it('are read from Responses items', () => {
    expect(callsOf('01-support-handoff.callbacks.jsonl').map(brief)).toEqual([
      [
        'instructions system: SUPPORT: general support. Hand billing to the billing agent.',
        'input user: I think you charged me twice last month',
        'output reasoning: Duplicate charge? Check the knowledge base first.',
        'output assistant: search_knowledge_base()',
      ],
      [
        'instructions system: SUPPORT: general support. Hand billing to the billing agent.',
        'input user: I think you charged me twice last month',
        'input reasoning: Duplicate charge? Check the knowledge base first.',
        'input assistant: search_knowledge_base()',
        'input tool: {"hits":[{"id":"kb-114","title":"Why was I charged twice?","score":0.91}],"query":"charged twice"}',
        'output assistant: transfer_to_Billing_Agent()',
      ],
      expect.arrayContaining(['input tool: {"assistant":"Billing Agent"}', 'output assistant: get_invoice()']),
      expect.arrayContaining([
        'output assistant: You were charged twice for INV-2041. I have opened a refund of 49.00 EUR.',
      ]),
    ]);
  });

  it('are read from Chat Completions messages and completions', () => {
    const [first, second] = callsOf('04-streaming-chat-completions.callbacks.jsonl');
    expect(brief(first ?? [])).toEqual([
      'input system: FXA',
      'input user: 100 EUR in USD?',
      'output assistant: convert_currency()',
    ]);
    expect(first?.at(-1)?.toolCalls[0]).toMatchObject({
      callId: expect.stringMatching(/^call_/),
      arguments: '{"amount":100,"to":"USD"}',
    });
    expect(second?.map((one) => one.answers?.callId)).toEqual([
      undefined,
      undefined,
      undefined,
      first?.at(-1)?.toolCalls[0]?.callId,
      undefined,
    ]);
  });

  it('lose nothing that says a role or a type, in any captured call', () => {
    let seen = 0;
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.callbacks.jsonl')))
      for (const event of read(file)) {
        if (event.type !== 'span.end' || event.a.kind !== 'llm' || !Array.isArray(event.detail?.input)) continue;
        seen += 1;
        const inputs = readMessages(event.detail).filter((one) => one.part === 'input');
        expect(inputs).toHaveLength(event.detail.input.length);
        for (const one of inputs) expect(Boolean(one.text) || one.toolCalls.length > 0).toBe(true);
      }
    expect(seen).toBeGreaterThan(10);
  });
});

describe('messages of other shapes', () => {
  const cases: readonly [string, Detail, readonly string[]][] = [
    ['plain text', { input: 'hi', output: 'hello' }, ['input user: hi', 'output assistant: hello']],
    [
      'GenAI semantic conventions, as JSON text',
      {
        input: JSON.stringify([
          { role: 'user', parts: [{ type: 'text', content: 'weather?' }] },
          { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'weather', arguments: { city: 'Oslo' } }] },
          { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: '7C' }] },
        ]),
      },
      ['input user: weather?', 'input assistant: weather()', 'input tool: 7C'],
    ],
    [
      'AI SDK parts',
      {
        input: {
          messages: [
            { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'pay', input: { x: 1 } }] },
            {
              role: 'tool',
              content: [
                { type: 'tool-result', toolCallId: 'c', toolName: 'pay', output: { type: 'text', value: 'paid' } },
              ],
            },
          ],
        },
      },
      ['input assistant: pay()', 'input tool: paid'],
    ],
    ['a refusal', { output: [{ role: 'assistant', content: null, refusal: 'No.' }] }, ['output assistant: No.']],
    [
      'a call the provider runs itself',
      { output: [{ type: 'web_search_call', id: 'w', action: { query: 'x' } }] },
      ['output assistant: web_search()'],
    ],
    ['no messages', { input: { city: 'Oslo' }, output: 7 }, []],
  ];
  it.each(cases)('%s', (_name, detail, expected) => {
    expect(brief(readMessages(detail))).toEqual(expected);
  });

  it('say what an attachment is without carrying it', () => {
    const content = [
      { type: 'input_text', text: 'look' },
      { type: 'input_image', image_url: 'data:image/png;base64,AAAAAAAA' },
      { type: 'image_url', image_url: { url: 'https://evil.example/x.png' } },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    ];
    const [message] = readMessages({ input: [{ role: 'user', content }] });
    expect(message?.attachments).toEqual([
      { kind: 'image', mediaType: 'image/png', sizeBytes: 6 },
      { kind: 'image', mediaType: undefined, sizeBytes: undefined },
      { kind: 'audio', mediaType: 'wav', sizeBytes: 3 },
    ]);
    expect(JSON.stringify(message)).not.toContain('evil.example');
  });

  it('never throws and is the same twice, whatever it is given', () => {
    const messageArb = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(
          fc.constantFrom(
            'type',
            'role',
            'content',
            'parts',
            'tool_calls',
            'function',
            'output',
            'choices',
            'message',
            'image_url',
          ),
          fc.oneof(fc.constantFrom('message', 'tool', 'function_call', 'reasoning', 'text', 'tool-result'), tie('any')),
          { maxKeys: 5 },
        ),
      ),
    })).any;
    fc.assert(
      fc.property(messageArb, messageArb, (input, output) => {
        expect(readMessages({ input, output })).toEqual(readMessages({ input, output }));
      }),
      { numRuns: 300 },
    );
  });
});
