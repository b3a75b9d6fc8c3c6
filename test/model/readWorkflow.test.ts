import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWorkflow } from '../../src/model/readWorkflow.ts';
import { workflowSchema } from '../../src/model/workflow.ts';

const valid = {
  version: 1,
  title: 'Support',
  nodes: [{ id: 'a', kind: 'agent', label: 'A', match: { agent: 'A' }, x: 1, y: 2 }],
  edges: [{ from: 'a', to: 'a', label: 'again' }],
};

describe('a workflow file', () => {
  it('is valid exactly when the schema says so, however it is broken', () => {
    const wrong = fc.oneof(
      fc.constantFrom<unknown>(null, '', 'x'.repeat(201), 'agent', 'nonsense', 1, 2, [], {}, true),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const pathArb = fc.constantFrom(
      ['version'],
      ['title'],
      ['nodes'],
      ['edges'],
      ['nodes', 0],
      ['nodes', 0, 'id'],
      ['nodes', 0, 'kind'],
      ['nodes', 0, 'label'],
      ['nodes', 0, 'match'],
      ['nodes', 0, 'match', 'agent'],
      ['nodes', 0, 'x'],
      ['edges', 0, 'from'],
      ['edges', 0, 'label'],
      ['extra'],
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(pathArb, fc.option(wrong, { nil: undefined })), { maxLength: 3 }), (changes) => {
        const value = structuredClone(valid) as Record<string, unknown>;
        for (const [path, replacement] of changes) {
          let holder: Record<string | number, unknown> | undefined = value;
          for (const part of path.slice(0, -1)) {
            const next: unknown = holder?.[part];
            holder = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : undefined;
          }
          const last = path.at(-1) as string;
          if (!holder) continue;
          if (replacement === undefined) delete holder[last];
          else holder[last] = replacement;
        }
        const text = JSON.stringify(value, undefined, 2);
        const isValid = workflowSchema.safeParse(JSON.parse(text)).success;
        expect([readWorkflow(text).workflow !== undefined, text]).toEqual([isValid, text]);
      }),
      { numRuns: 500 },
    );
  });

  it('says the line, the place and the reason of the first fault', () => {
    const lines = [
      '{',
      '  "version": 1,',
      '  "title": "Support \\"desk\\", [1]",',
      '  "nodes": [',
      '    { "id": "a", "kind": "agent", "label": "A" },',
      '    { "id": "b",',
      '      "kind": "robot", "label": "B" }',
      '  ],',
      '  "edges": []',
      '}',
    ];
    expect(readWorkflow(lines.join('\n')).issue).toMatchObject({ line: 7, path: 'nodes[1].kind' });
    const missing = lines.with(6, '      "label": "B" }');
    expect(readWorkflow(missing.join('\n')).issue).toMatchObject({ line: 6, path: 'nodes[1].kind' });
    expect(readWorkflow('{"version": 1,\n "title": "x",\n "nodes": [}').issue).toMatchObject({
      line: 3,
      path: '',
      reason: 'not valid JSON',
    });
    expect(readWorkflow('{\n"version": 1,').issue?.line).toBe(2);
    expect(readWorkflow('').issue?.line).toBe(1);
  });

  it('finds the line of any character that is too much', () => {
    const good = JSON.stringify(valid, undefined, 1).split('\n');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom('}', ']', ':', '@', '"open'), (at, wrong) => {
        const broken = [...good.slice(0, at), wrong, ...good.slice(at)].join('\n');
        const { issue } = readWorkflow(broken);
        expect(issue?.path).toBe('');
        // A closing bracket may be the right one here; then the next line is wrong.
        expect(issue?.line).toBeGreaterThanOrEqual(at + 1);
        expect(issue?.line).toBeLessThanOrEqual(at + 3);
      }),
    );
  });
});
