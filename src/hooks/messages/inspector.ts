import type { ApprovalState } from '../../model/approval.ts';
import type { DetailKind, DetailPart } from '../../model/detail.ts';
import type { CostSource } from '../../model/span.ts';

const tab = {
  detail: 'Detail',
  messages: 'Messages',
  attributes: 'Attributes',
  usage: 'Usage',
  json: 'JSON',
} as const;

const part: Readonly<Record<DetailPart, string>> = {
  input: 'Input',
  output: 'Output',
  instructions: 'Instructions',
  arguments: 'Arguments',
  error: 'Error',
  attributes: 'Attributes',
  metadata: 'Metadata',
  message: 'Message',
  reason: 'Reason',
};

const role: Readonly<Record<string, string>> = {
  system: 'System',
  user: 'User',
  assistant: 'Assistant',
  tool: 'Tool result',
  reasoning: 'Reasoning',
};

const costSource: Readonly<Record<CostSource, string>> = {
  reported: 'reported by the source',
  override: 'by your price',
  computed: 'by the price table',
};

/** Counted things, e.g. `3 messages`; nothing where there is no count. */
const counted = (kind: DetailKind, count: number | undefined, text: string): string => {
  if (count === undefined) return kind === 'text' ? '' : kind;
  const one: Partial<Record<DetailKind, readonly [string, string]>> = {
    messages: ['message', 'messages'],
    object: ['field', 'fields'],
    list: ['item', 'items'],
  };
  const words = one[kind];
  return words ? `${text} ${count === 1 ? words[0] : words[1]}` : kind;
};

/** What became of a question to a person. @param tool - may be empty */
const approval: Readonly<Record<ApprovalState, (tool: string) => string>> = {
  pending: (tool) => (tool === '' ? 'Waits for a person' : `${tool} waits for a person`),
  approved: () => 'Approved',
  rejected: () => 'Rejected',
  expired: () => 'Expired unanswered',
  cancelled: () => 'Withdrawn',
};

/** Why a result is not there. */
const noResult = {
  running: 'Not yet. It is still running.',
  waiting: 'Not yet. It waits for a person.',
  error: 'None. The call failed before one was returned.',
  rejected: 'None. A person rejected the call, so it never ran.',
  skipped: 'None. The call never ran.',
  cancelled: 'None. The call was cancelled.',
  notRecorded: 'None was recorded. The agent may be set to keep content to itself.',
};

export const inspectorMessages = {
  title: 'Span detail',
  tabs: 'Span detail',
  tab,
  part,
  role,
  costSource,
  noResult,
  approval,
  decidedBy: (who: string) => `by ${who}`,
  decidedAfter: (waited: string) => `after ${waited}`,
  waitingFor: (waited: string) => `Asked ${waited} ago`,
  emptyTitle: 'Select a span',
  emptyBody: 'What it was given, what it returned and what it cost appear here.',
  goneTitle: 'This span is not held',
  result: 'Result',
  answer: 'Answer',
  unnamed: 'Unnamed span',
  duration: 'Duration',
  typical: 'Typical',
  typicalHint: (count: string) => `Median of ${count} held spans of this name`,
  times: (factor: string) => `${factor}×`,
  started: 'Started',
  offset: 'Offset',
  agent: 'Agent',
  attempt: 'Attempt',
  attemptOf: (attempt: string, attempts: string) => `${attempt} of ${attempts}`,
  goToAttempt: (attempt: string) => `Attempt ${attempt}`,
  model: 'Model',
  tokens: 'Tokens',
  cost: 'Cost',
  turn: 'Turn',
  handoff: 'Handoff',
  fromTo: (from: string, to: string) => `${from} → ${to}`,
  copySpanId: 'Copy span id',
  copyJson: 'Copy JSON',
  failed: 'Failed',
  tripped: 'Tripped',
  trippedBody: 'The guardrail stopped the run.',
  alike: (count: number, text: string) => (count === 1 ? '1 like this' : `${text} like this`),
  alikeHint: 'Held spans that failed the same way',
  stack: 'Stack',
  errorData: 'Error data',
  counted,
  /** @param what - counted things, may be empty */
  sized: (what: string, size: string) => (what === '' ? size : `${what}, ${size}`),
  truncated: 'cut by the agent',
  hiddenByRule: 'hidden by rule',
  withSize: (what: string, size: string) => `${what}, ${size}`,
  ruleReason: 'a rule of your team hides it from everybody',
  redactedFoot: 'Removed on the server. Not in the page, search, copy or export.',
  requestAccess: 'Request access',
  loadFailed: 'Could not load the content',
  stale: (time: string) => `Last update ${time}`,
  staleBody: 'The connection is down; this may be older than it looks.',
  gap: 'Events are missing inside this span.',
  showAll: (lines: string, size: string) =>
    size === '' ? `Show all ${lines} lines` : `Show all ${lines} lines (${size})`,
  showLess: 'Show less',
  showBlock: (size: string) => `Show ${size}`,
  download: (size: string) => `Download ${size}`,
  tooLarge: 'Too large to show here',
  copyPart: (part: string) => `Copy ${part.toLowerCase()}`,
  noMessages: 'No messages',
  noMessagesBody: 'Messages stand with the model calls.',
  noMessagesYet: 'No messages yet',
  earlier: (count: string) => `Show ${count} earlier messages`,
  stillWriting: 'still writing',
  calls: 'calls',
  answers: (name: string) => `answers ${name}`,
  openCall: (name: string) => `Open ${name}`,
  refusal: 'refused',
  attachment: (kind: string, detail: string) => (detail === '' ? kind : `${kind}, ${detail}`),
  spanFields: 'Span',
  noAttributes: 'The source sent no attributes',
  searchAttributes: 'Search attributes',
  attributeName: 'Name',
  attributeValue: 'Value',
  noMatch: 'Nothing matches',
  moreRows: (count: string) => `Show ${count} more`,
  noUsage: 'This span reports no tokens and no cost',
  noUsageBody: 'Tokens and cost stand with the model calls.',
  aggregate: 'Sum of the calls below it. It is not charged a second time.',
  inputTokens: 'Input tokens',
  cachedInputTokens: 'of these cached',
  cacheWriteTokens: 'of these written to the cache',
  outputTokens: 'Output tokens',
  reasoningTokens: 'of these reasoning',
  totalTokens: 'Total',
  firstToken: 'First token after',
  outputRate: 'Output rate',
  perSec: (rate: string) => `${rate} tok/s`,
  priceVersion: 'Prices',
  requestModel: 'Asked for',
  provider: 'Provider',
  finishReason: 'Stopped because',
  noPriceFor: (model: string) => `No price for ${model}`,
  jsonTree: 'Span as JSON',
  searchJson: 'Search in JSON',
  nextMatch: 'Next match',
  previousMatch: 'Previous match',
  matchOf: (at: string, count: string) => `${at} of ${count}`,
  keys: (count: number, text: string) => (count === 1 ? '1 key' : `${text} keys`),
  items: (count: number, text: string) => (count === 1 ? '1 item' : `${text} items`),
  more: (count: string) => `${count} more`,
  copyPath: (path: string) => `Copy path ${path}`,
  copyValue: 'Copy value',
  root: 'span',
  inexact: 'More digits than a number holds; the last ones may differ',
};
