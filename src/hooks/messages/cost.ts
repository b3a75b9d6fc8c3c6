export const costMessages = {
  title: 'Cost',
  tabs: 'Cost by',
  run: 'Run',
  agent: 'Agent',
  model: 'Model',
  tool: 'Tool',
  total: 'Total',
  noAgent: 'No agent',
  noModel: 'Model unknown',
  noTool: 'Not in a tool',
  others: (count: number, text: string) => (count === 1 ? '1 other' : `${text} others`),
  unpriced: 'unpriced',
  unpricedCalls: (count: number, text: string) =>
    count === 1
      ? '1 call has no price and is not in these sums'
      : `${text} calls have no price and are not in these sums`,
  noPriceFor: (model: string) => `No price for ${model}`,
  lowerBound: 'At least this much',
  empty: 'No priced calls in this range',
  loading: 'Adding up',
  line: (name: string, cost: string, share: string) => `${name}, ${cost}, ${share}`,
};
