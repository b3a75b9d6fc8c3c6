import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseWorkflow } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { writeWorkflowSchema } from '../../scripts/workflowSchema.ts';
import { JsonFault, parseJsonLines } from '../../src/relay/workflow/parseJsonLines.ts';
import { get, onEnd, startRelay } from './support.ts';

const graph = {
  version: 1,
  title: 'Support',
  nodes: [
    { id: 'triage', kind: 'agent', label: 'Triage', match: { agent: 'Triage Agent' } },
    { id: 'refund', kind: 'tool', label: 'Refund', x: 10, y: 20 },
  ],
  edges: [{ from: 'triage', to: 'refund', label: 'may call' }],
};
const text = JSON.stringify(graph, null, 2);

describe('a workflow file', () => {
  it('is read as it is', () => {
    expect(parseWorkflow(text, 'w.json')).toEqual(graph);
    expect(parseWorkflow(`\ufeff${text}`, 'w.json')).toEqual(graph);
  });

  it.each<readonly [string, string, string, RegExp]>([
    [
      'a missing colon',
      text.replace('"title":', '"title"'),
      'workflow.bad-json',
      /w\.json, line 3, column \d+: a ":" is missing/,
    ],
    [
      'a trailing comma',
      text.replace('"may call"\n', '"may call",\n'),
      'workflow.bad-json',
      /line 2\d, column \d+: a field name/,
    ],
    ['a comment', `// hello\n${text}`, 'workflow.bad-json', /line 1, column 1: no JSON value/],
    ['an early end', text.slice(0, 100), 'workflow.bad-json', /line \d+, column \d+/],
    [
      'a field twice',
      text.replace('"version": 1,', '"version": 1,\n  "version": 1,'),
      'workflow.bad-json',
      /line 3, .*stands twice/,
    ],
    ['deep nesting', '['.repeat(100_000), 'workflow.bad-json', /deeper than 64/],
    ['another version', text.replace('"version": 1', '"version": 2'), 'workflow.bad-field', /line 2, version: /],
    ['no title', text.replace(/ {2}"title".*\n/, ''), 'workflow.bad-field', /line 1, title: /],
    ['a kind that is none', text.replace('"tool"', '"spoon"'), 'workflow.bad-field', /line 1\d, nodes\[1\]\.kind: /],
    ['a place that is text', text.replace('"x": 10', '"x": "left"'), 'workflow.bad-field', /nodes\[1\]\.x: /],
    [
      'an id twice',
      text.replace('"refund"', '"triage"'),
      'workflow.duplicate-node',
      /line 1\d, nodes\[1\]\.id: the id "triage" was given to the node on line 6/,
    ],
    [
      'an edge to nowhere',
      text.replace('"to": "refund"', '"to": "refnud"'),
      'workflow.unknown-node',
      /line 2\d, edges\[0\]\.to: there is no node "refnud"/,
    ],
    [
      'an edge from nowhere',
      text.replace('"from": "triage"', '"from": "x\\u001b[31m"'),
      'workflow.unknown-node',
      /edges\[0\]\.from: there is no node "x\\u001b\[31m"/,
    ],
  ])('with %s is refused with line and path', (_what, broken, code, says) => {
    let error: unknown;
    try {
      parseWorkflow(broken, 'w.json');
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code, message: expect.stringMatching(says) as string });
  });

  it('reaches its project and no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'default.json'), text);
    await writeFile(join(folder, 'shop.json'), text.replace('Support', 'Shop'));
    await writeFile(join(folder, 'notes.txt'), 'no workflow');
    const many = await startRelay({ workflowPath: folder });
    expect(await (await get(many, '/v1/workflow', 'viewer')).json()).toEqual({ workflow: graph });
    const one = await startRelay({ workflowPath: join(folder, 'shop.json') });
    expect(await (await get(one, '/v1/workflow', 'viewer')).json()).toMatchObject({ workflow: { title: 'Shop' } });
    const none = await startRelay();
    expect(await (await get(none, '/v1/workflow', 'viewer')).json()).toEqual({ workflow: null });
    await expect(startRelay({ workflowPath: join(folder, 'nothing.json') })).rejects.toMatchObject({
      code: 'workflow.unreadable',
    });
    await writeFile(join(folder, 'shop.json'), text.replace('"tool"', '"spoon"'));
    await expect(startRelay({ workflowPath: folder })).rejects.toMatchObject({
      code: 'workflow.bad-field',
      message: expect.stringMatching(/shop\.json, line 1\d, nodes\[1\]\.kind: /) as string,
    });
    await writeFile(join(folder, 'shop.json'), text);
    await writeFile(join(folder, 'bad name!.json'), text);
    await expect(startRelay({ workflowPath: folder })).rejects.toMatchObject({ code: 'workflow.bad-project' });
  });

  it('has a published schema that is the one in force', () => {
    expect(JSON.parse(readFileSync('docs/schemas/workflow.schema.json', 'utf8'))).toEqual(
      JSON.parse(writeWorkflowSchema()),
    );
  });
});

describe('JSON with lines', () => {
  it('reads what JSON.parse reads', () => {
    for (const source of [
      'null',
      ' [1, -2.5e3, true, {"a": "\\u00e9\\n"}] ',
      '{}',
      '[]',
      '"x"',
      '{"__proto__": {"a": 1}}',
      text,
    ]) {
      expect(JSON.stringify(parseJsonLines(source).value)).toBe(JSON.stringify(JSON.parse(source)));
    }
  });

  it.each([
    '',
    ' ',
    '[',
    '{',
    '[1,]',
    '{"a"}',
    '{"a":}',
    "{'a':1}",
    '01',
    '+1',
    '1.',
    'NaN',
    '"\n"',
    '"\\x"',
    '[1] 2',
    'tru',
    '{"a":1,}',
    '\u00a0 1',
  ])('refuses %j as JSON.parse does', (source) => {
    expect(() => JSON.parse(source) as unknown).toThrow(SyntaxError);
    expect(() => parseJsonLines(source)).toThrow(JsonFault);
  });
});
