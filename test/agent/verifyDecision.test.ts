import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { type VerifyDecisionOptions, verifyDecision as verify } from 'spanlight/agent';
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
  at: '2025-11-21T01:36:15.375Z',
  sent_at: '2025-11-21T01:36:15.400Z',
};
const sentAtMs = Date.parse(decision.sent_at);
const at = (nowMs: number, options: VerifyDecisionOptions = {}) => ({ now: () => nowMs, ...options });
const signed = (body: object, key = KEY) =>
  JSON.stringify({ ...body, sig: createHmac('sha256', key).update(canonicalJson(body)).digest('hex') });

/** By a host whose clock says when it was sent. */
const verifyDecision = (text: string, key: string, options: VerifyDecisionOptions = {}) =>
  verify(text, key, at(sentAtMs, options));

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
      '{"approval_id":"call_1","at":"2025-11-21T01:36:15.375Z","by":"Zoë","decision":"approved","list":[1,true,null,{"a":"\\"\\n","b":2}],"project":"default","sent_at":"2025-11-21T01:36:15.400Z","trace_id":"trace_1","type":"approval.decision","v":1}',
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

  it('takes none that was signed long ago or lies far ahead, whenever it was decided: who recorded one cannot play it again', () => {
    const text = signed(decision);
    for (const [nowMs, isTaken] of [
      [sentAtMs + 60_000, true],
      [sentAtMs - 60_000, true],
      [sentAtMs + 60_001, false],
      [sentAtMs - 60_001, false],
    ] as const)
      expect([nowMs, verify(text, KEY, at(nowMs)) !== undefined]).toEqual([nowMs, isTaken]);
    expect(verify(text, KEY)).toBeUndefined();
    expect(verify(text, KEY, at(sentAtMs + 5000, { maxAgeMs: 5000 }))).toMatchObject(decision);
    expect(verify(text, KEY, at(sentAtMs + 5001, { maxAgeMs: 5000 }))).toBeUndefined();
    const { sent_at: _none, ...bare } = decision;
    for (const sent_at of [undefined, '', 'lately', 7, null, '+275760-09-13T00:00:00.001Z'])
      expect(verifyDecision(signed({ ...bare, sent_at }), KEY)).toBeUndefined();
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
