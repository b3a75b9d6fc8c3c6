import { randomBytes, randomUUID } from 'node:crypto';
import { customers } from './demoData.mjs';

/** Sends one finished run for every order, as an agent that works for it would: who it is for stands in `userId` and `sessionId`. */
const { SPANLIGHT_URL = 'http://127.0.0.1:8090', SPANLIGHT_INGEST_TOKEN } = process.env;

const hex = (bytes) => randomBytes(bytes).toString('hex');

function runFor(customer, order) {
  const run = `trace_${hex(16)}`;
  const [agent, tool] = [`span_${hex(12)}`, `span_${hex(12)}`];
  const at = Date.now();
  const event = (type, ts, more) => ({ id: randomUUID(), type, sv: 1, ts, run, ...more });
  return [
    event('run.start', at, {
      a: { name: 'Order support', startedAtMs: at, userId: customer.id, sessionId: order.id },
      detail: { input: `Where is ${order.title} of ${customer.name}?` },
    }),
    event('span.start', at + 10, { span: agent, a: { kind: 'agent', name: 'Order Agent', startedAtMs: at + 10 } }),
    event('span.start', at + 20, {
      span: tool,
      parent: agent,
      a: { kind: 'tool', name: 'find_order', startedAtMs: at + 20 },
      detail: { arguments: { order: order.id } },
    }),
    event('span.end', at + 420, {
      span: tool,
      a: { kind: 'tool', status: 'ok', endedAtMs: at + 420 },
      detail: { output: { title: order.title, state: 'on its way' } },
    }),
    event('span.end', at + 900, { span: agent, a: { kind: 'agent', status: 'ok', endedAtMs: at + 900 } }),
    event('run.end', at + 910, { a: { status: 'ok', endedAtMs: at + 910 } }),
  ];
}

const events = customers.flatMap((customer) => customer.orders.flatMap((order) => runFor(customer, order)));
const answer = await fetch(`${SPANLIGHT_URL}/v1/events`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${SPANLIGHT_INGEST_TOKEN}` },
  body: JSON.stringify({ events }),
});
const verdicts = answer.ok ? (await answer.json()).events : [];
const taken = verdicts.filter(({ st }) => st !== 'bad').length;
console.log(`${taken} of ${events.length} events taken (${answer.status})`);
process.exitCode = taken === events.length ? 0 : 1;
