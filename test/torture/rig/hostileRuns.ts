import type { HostileText } from './hostileTexts.ts';

const AT_MS = 1_790_000_000_000;

/** A run with the text in every place where a text can stand, down to the last key of its content. */
export function hostileRun({ mark, text }: HostileText): Record<string, unknown>[] {
  const name = text.slice(0, 250);
  const run = `trace_${mark}`;
  let count = 0;
  const event = (fields: Record<string, unknown>): Record<string, unknown> => {
    count += 1;
    return {
      id: `${mark}-${count}`,
      sv: 1,
      ts: AT_MS + count,
      run,
      prod: { id: `producer ${mark}`, n: count },
      ...fields,
    };
  };
  const content = {
    text,
    [text]: text,
    list: [text, { deeper: text }],
    url: `https://evil.example/${mark}`,
    json: JSON.stringify({ [text]: text }),
  };
  const messages = [
    { role: 'system', content: text },
    {
      role: 'user',
      content: [
        { type: 'input_text', text },
        { type: 'input_image', image_url: `https://evil.example/${mark}.png` },
      ],
    },
    {
      role: 'assistant',
      content: text,
      tool_calls: [{ id: text, type: 'function', function: { name: text, arguments: JSON.stringify(content) } }],
    },
    { type: 'function_call', name: text, call_id: text, arguments: text },
    { type: 'function_call_output', call_id: text, output: text },
  ];
  const span = (id: string, kind: string, a: Record<string, unknown>, detail: Record<string, unknown>) => {
    const common = { span: `${mark}-${id}`, ...(id !== 'agent' && { parent: `${mark}-agent` }) };
    const names = { kind, name, agentName: name, ...a };
    return [
      event({ ...common, type: 'span.start', a: { ...names, startedAtMs: AT_MS } }),
      event({
        ...common,
        type: 'span.end',
        a: { ...names, endedAtMs: AT_MS + 50, status: id === 'tool' ? 'error' : 'ok' },
        detail,
      }),
    ];
  };
  return [
    event({
      type: 'producer.hello',
      a: { sdk: name, sdkVersion: name, language: name, service: name, agentNames: [name], toolNames: [name] },
    }),
    event({
      type: 'run.start',
      a: { name, source: name, groupId: name, sessionId: name, userId: name, tags: [name], startedAtMs: AT_MS },
      detail: { metadata: content, [text]: text },
    }),
    ...span('agent', 'agent', { toolNames: [name], handoffNames: [name] }, { instructions: text, attributes: content }),
    ...span(
      'llm',
      'llm',
      {
        model: name,
        requestModel: name,
        provider: name,
        finishReason: name,
        operation: name,
        usage: { scope: 'leaf', inputTokens: 1, outputTokens: 1 },
      },
      { input: messages, output: messages, instructions: text, attributes: content },
    ),
    ...span(
      'tool',
      'tool',
      {
        errorType: name,
        errorCode: name,
        callId: name,
        server: name,
        links: [{ runId: name, spanId: name, relation: name }],
      },
      {
        arguments: content,
        output: text,
        error: { message: text, type: text, stack: text, data: content },
        attributes: { [text]: text, 'http.url': text },
      },
    ),
    ...span('handoff', 'handoff', { fromAgent: name, toAgent: name }, { input: text }),
    ...span('guard', 'guardrail', { triggered: true }, { output: content, reason: text }),
    event({
      type: 'log',
      span: `${mark}-tool`,
      a: { level: 'error', sourceName: name },
      detail: { message: text, attributes: content },
    }),
    event({
      type: 'approval.requested',
      span: `${mark}-tool`,
      ref: `call ${mark}`,
      a: { toolName: name, agentName: name, requestedAtMs: AT_MS },
      detail: { arguments: content },
    }),
    event({
      type: 'approval.decided',
      ref: `call ${mark}`,
      a: { decision: 'rejected', decidedBy: name, decidedAtMs: AT_MS + 9 },
      detail: { reason: text },
    }),
    event({ type: 'score', span: `${mark}-llm`, a: { name, value: 0.1, threshold: 0.5 } }),
    event({
      type: 'alert.firing',
      ref: `alert ${mark}`,
      a: { ruleName: name, severity: 'error', by: name, value: 1, limit: 0 },
    }),
    event({
      type: 'run.fail',
      a: { errorType: name, errorCode: name, endedAtMs: AT_MS + 60 },
      detail: { error: { message: text } },
    }),
  ];
}
