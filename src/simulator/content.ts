import type { SeededRandom } from './seededRandom.ts';

/** A customer and what they want; everything in it is invented. */
export interface Ticket {
  readonly userId: string;
  readonly sessionId: string;
  readonly customer: string;
  readonly email: string;
  readonly orderId: string;
  readonly invoiceId: string;
  readonly amountUsd: number;
  readonly product: string;
  readonly question: string;
}

const customers = [
  'Ines Maier',
  'Jonas Okafor',
  'Priya Nair',
  'Tomás Rey',
  'Lena Fischer',
  'Aiko Mori',
  'Sam Whitlock',
];
const products = [
  'standing desk',
  'espresso machine',
  'trail running shoes',
  'noise-cancelling headphones',
  'desk lamp',
];
const questions = [
  (ticket: Omit<Ticket, 'question'>) =>
    `Order ${ticket.orderId} arrived with a cracked ${ticket.product}. I sent it back on Monday, when do I get my $${ticket.amountUsd.toFixed(2)}?`,
  (ticket: Omit<Ticket, 'question'>) =>
    `I was charged twice for invoice ${ticket.invoiceId}. Please refund one of the two payments.`,
  (ticket: Omit<Ticket, 'question'>) =>
    `The ${ticket.product} is the wrong size. Can I return it and get the money back? Order ${ticket.orderId}.`,
  (ticket: Omit<Ticket, 'question'>) =>
    `My parcel for order ${ticket.orderId} has been "out for delivery" for three days. Where is it?`,
];

export function createTicket(random: SeededRandom): Ticket {
  const customer = random.pick(customers);
  const facts = {
    userId: `u_${random.whole(1000, 9999)}`,
    sessionId: `s_${random.hex(8)}`,
    customer,
    email: `${customer.toLowerCase().replace(/[^a-z]+/g, '.')}@example.com`,
    orderId: String(random.whole(40_000, 59_999)),
    invoiceId: `INV-${random.whole(2000, 9999)}`,
    amountUsd: random.whole(19, 480) - 0.01,
    product: random.pick(products),
  };
  return { ...facts, question: random.pick(questions)(facts) };
}

export const instructions = {
  'Triage Agent':
    'You are the first line of customer support. Find out what the customer needs and hand money questions to billing.',
  'Billing Agent':
    'You handle invoices and refunds. Check the policy before you promise anything. Refunds need a person.',
  'Shipping Agent': 'You find parcels and tell customers honestly when they will arrive.',
  'Catalog Agent': 'You keep the product catalogue in step with the suppliers.',
  'Export Agent': 'You export invoices for the accountants, complete and in order.',
  'Research Agent': 'You answer questions about the market with sources.',
  'Outreach Agent': 'You draft e-mails to customers. A person reads every one before it is sent.',
} as const;

/** How the model is asked: the agent's instructions, then the conversation so far. */
export const messages = (agent: keyof typeof instructions, ...rest: readonly object[]): object[] => [
  { role: 'system', content: instructions[agent] },
  ...rest,
];
export const fromUser = (content: string): object => ({ role: 'user', content });
export const fromTool = (callId: string, result: unknown): object => ({
  role: 'tool',
  tool_call_id: callId,
  content: typeof result === 'string' ? result : JSON.stringify(result),
});
