/** A whole number of JSON that a JavaScript number cannot hold: its digits as they were written. */
export class BigText {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
  toJSON(): string {
    return this.digits;
  }
}

/** Digits that may be beyond what a number holds exactly. */
const mayHoldBig = /\d{16,}/;
type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const keepBig: Reviver = (_key, value, context) => {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) ? new BigText(source) : value;
};

/** Whether the platform tells a reviver what stood in the text (Chrome 114, Safari 18.4, Node 21). */
const hasSource = (() => {
  let source: string | undefined;
  const note: Reviver = (_key, value, context) => {
    source = context?.source;
    return value;
  };
  JSON.parse('1', note as Parameters<typeof JSON.parse>[1]);
  return source === '1';
})();

/**
 * Parses JSON text without losing digits: whole numbers beyond 2^53 come as {@link BigText}.
 * @returns `undefined` for what is no JSON, and where digits would be lost because the platform cannot keep them
 */
export function parseJsonText(text: string): unknown {
  try {
    if (!mayHoldBig.test(text)) return JSON.parse(text);
    if (hasSource) return JSON.parse(text, keepBig as Parameters<typeof JSON.parse>[1]);
    const value: unknown = JSON.parse(text);
    return hasUnsafeNumber(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function hasUnsafeNumber(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === 'number' && Number.isInteger(one) && !Number.isSafeInteger(one)) return true;
    if (typeof one === 'object' && one !== null) for (const held of Object.values(one)) open.push(held);
  }
  return false;
}
