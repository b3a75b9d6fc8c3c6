/** Names of instrumentation scopes, by how they begin, and what a run that they report is said to come from. */
const sources: readonly (readonly [prefix: string, source: string])[] = [
  ['@arizeai/openinference', 'openinference'],
  ['openinference.', 'openinference'],
  ['opentelemetry.instrumentation.', 'openllmetry'],
  ['@traceloop/', 'openllmetry'],
  ['traceloop', 'openllmetry'],
  ['langfuse', 'langfuse'],
  ['@ai-sdk/', 'vercel-ai'],
  ['openai-agents', 'openai-agents'],
];

/** Scopes that go by a short name. */
const exact: ReadonlyMap<string, string> = new Map([
  ['ai', 'vercel-ai'],
  ['spanlight', 'spanlight'],
]);

export function sourceOf(scopeName: unknown): string {
  if (typeof scopeName !== 'string') return 'otlp';
  return exact.get(scopeName) ?? sources.find(([prefix]) => scopeName.startsWith(prefix))?.[1] ?? 'otlp';
}
