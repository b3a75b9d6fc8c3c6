export const costMessages = {
  title: 'Cost',
  tabs: 'Cost by',
  run: 'Run',
  agent: 'Agent',
  model: 'Model',
  tool: 'Tool',
  total: 'Total',
  user: 'User',
  none: { agent: 'No agent', model: 'Model unknown', tool: 'Not in a tool', user: 'No user', run: 'No run' },
  unsplit: 'Not broken down',
  ofAllRuns: 'all runs held',
  ofThisRun: 'this run',
  partial: 'Runs were let go or events are missing: the sums cover what is held',
  others: (count: number, text: string) => (count === 1 ? '1 other' : `${text} others`),
  unpriced: 'unpriced',
  unpricedCalls: (count: number, text: string) =>
    count === 1
      ? '1 call has no price and is not in these sums'
      : `${text} calls have no price and are not in these sums`,
  noPriceFor: (model: string) => `No price for ${model}`,
  lowerBound: 'At least this much',
  empty: 'No priced calls in this range',
};
