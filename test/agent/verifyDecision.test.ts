import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { verifyDecision } from 'spanlight/agent';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/model/canonicalJson.ts';

const KEY = 'k'.repeat(32);
const decision = {
  v: 1,
  type: 'approval.decision',
  project: 'default',
  approval_id: 'call_1',
  trace_id: 'trace_1',
  decision: 'approved',
  by: 'Zoë',
  at: '2026-11-21T01:36:15.375Z',
};
const signed = (body: object, key = KEY) =>
  JSON.stringify({ ...body, sig: createHmac('sha256', key).update(canonicalJson(body)).digest('hex') });

describe('verifyDecision', () => {
  it('takes what the key signed, whatever the order of the members', () => {
    expect(verifyDecision(signed(decision), KEY)).toMatchObject(decision);
    const { sig } = JSON.parse(signed(decision)) as { sig: string };
    const turned = Object.fromEntries(Object.entries({ ...decision, sig }).reverse());
    expect(verifyDecision(JSON.stringify(turned), KEY)).toMatchObject(decision);
  });

  it('agrees with what Python writes as canonical JSON', () => {
    // json.dumps(..., sort_keys=True, separators=(",", ":"), ensure_ascii=False) of the same object
    expect(canonicalJson({ ...decision, list: [1, true, null, { b: 2, a: '"\n' }] })).toBe(
      '{"approval_id":"call_1","at":"2026-11-21T01:36:15.375Z","by":"Zoë","decision":"approved","list":[1,true,null,{"a":"\\"\\n","b":2}],"project":"default","trace_id":"trace_1","type":"approval.decision","v":1}',
    );
  });

  it('refuses any change, another key and what is no decision', () => {
    const text = signed(decision);
    for (const [from, to] of [
      ['approved', 'rejected'],
      ['call_1', 'call_2'],
      ['trace_1', 'trace_2'],
      ['Zoë', 'Zoe'],
      ['"v":1', '"v":1,"more":1'],
    ] as const) {
      expect(verifyDecision(text.replace(from, to), KEY)).toBeUndefined();
    }
    expect(verifyDecision(text, 'x'.repeat(32))).toBeUndefined();
    expect(verifyDecision(JSON.stringify(decision), KEY)).toBeUndefined();
    expect(verifyDecision(signed({ ...decision, decision: 'maybe' }), KEY)).toBeUndefined();
    expect(verifyDecision(signed({ ...decision, type: 'approval.requested' }), KEY)).toBeUndefined();
  });

  it('takes none of another project, and none that names no project', () => {
    const { project: _none, ...bare } = decision;
    const ofShop = signed({ ...decision, project: 'shop' });
    expect(verifyDecision(ofShop, KEY)).toBeUndefined();
    expect(verifyDecision(ofShop, KEY, { project: 'shop' })).toMatchObject({ project: 'shop' });
    expect(verifyDecision(signed(decision), KEY, { project: 'shop' })).toBeUndefined();
    for (const text of [
      signed(bare),
      signed({ ...decision, project: ['default'] }),
      signed({ ...decision, project: '' }),
    ])
      expect(verifyDecision(text, KEY)).toBeUndefined();
  });

  it('takes none that was cut, at any place', () => {
    const text = signed(decision);
    for (let end = 0; end < text.length; end += 1) expect(verifyDecision(text.slice(0, end), KEY)).toBeUndefined();
  });

  it('never throws, whatever comes over the channel', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => verifyDecision(text, KEY) === undefined),
      { seed: 7, numRuns: 300 },
    );
  });
});
