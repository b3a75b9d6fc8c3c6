/**
 * JSON with one spelling: keys sorted, no spaces, absent members left out. The same as Python's
 * `json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)` for text, whole numbers, booleans, null, lists and
 * objects with ASCII keys. Source: RFC 8785.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
