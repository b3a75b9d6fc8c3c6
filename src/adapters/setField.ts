/** Adds a field whatever its name: `__proto__` would otherwise replace the record's prototype. */
export function setField(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  } else record[name] = value;
}
