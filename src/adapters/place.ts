/** Where a record stands in an input: written out only when something is said of it. */
export interface Place {
  readonly parent: Place | undefined;
  readonly step: string | number;
}

export const root: Place = { parent: undefined, step: '' };
export const entryOf = (parent: Place, index: number): Place => ({ parent, step: index });
export const memberOf = (parent: Place, name: string): Place => ({ parent, step: name });

/** As `data[3].span_data`; empty for the input itself. */
export function pathOf({ parent, step }: Place): string {
  const path = parent ? pathOf(parent) : '';
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' || step === '' ? path + step : `${path}.${step}`;
}
