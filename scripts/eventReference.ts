import type { EventType } from '../src/model/event.ts';
import { classOf, rankByType } from '../src/model/event.ts';
import { needsOf } from '../src/model/eventNeeds.ts';
import { eventSchemas } from '../src/model/eventSchemas.ts';
import { viewerRegistry } from '../src/model/viewer.ts';
import { type AnySchema, kindOf } from './schemaWalk.ts';

const markdown = (text: string): string => text.replaceAll('|', '\\|');

function typeText(schema: AnySchema): string {
  const kind = kindOf(schema);
  switch (kind.type) {
    case 'optional':
      return typeText(kind.inner);
    case 'string':
      return kind.maxLength === undefined ? 'text' : `text, at most ${kind.maxLength} characters`;
    case 'number': {
      if (kind.min === undefined && kind.max === undefined) return 'number';
      return kind.max === Number.MAX_SAFE_INTEGER
        ? `number from ${kind.min}`
        : `number from ${kind.min} to ${kind.max}`;
    }
    case 'boolean':
      return 'true or false';
    case 'enum':
      return kind.values.map((value) => `\`${value}\``).join(', ');
    case 'array':
      return `list of ${typeText(kind.element)}${kind.maxLength === undefined ? '' : `, at most ${kind.maxLength}`}`;
    case 'object':
      return `object of ${Object.entries(kind.shape)
        .map(([key, inner]) => `\`${key}\`${kindOf(inner).type === 'optional' ? '' : ' (needed)'}`)
        .join(', ')}`;
  }
}

function fieldRows(shape: Readonly<Record<string, AnySchema>>): string[] {
  return Object.entries(shape).map(([name, schema]) => {
    const mark = viewerRegistry.get(schema as never);
    return `| \`${name}\` | ${markdown(typeText(schema))} | ${mark?.viewer ?? 'hide'} | ${markdown(mark?.doc ?? '')} |`;
  });
}

const idNames = { run: '`run`', span: '`span`', ref: '`ref`', prod: '`prod`' } as const;

function typeRows(types: readonly EventType[]): string[] {
  return types.map((type) => {
    const needs = needsOf(type);
    const needed = Object.entries(idNames).flatMap(([key, name]) => (needs[key as keyof typeof idNames] ? [name] : []));
    return `| \`${type}\` | ${rankByType[type]} | ${classOf(type)} | ${needed.join(', ') || 'none'} |`;
  });
}

const intro = `# Events

Written by \`npm run generate\` from \`src/model/eventSchemas.ts\`: do not edit.

An event is a fact about one entity:
\`{ id, type, sv, ts, run?, span?, parent?, ref?, prod?, a, detail?, refs?, seq?, rts? }\`. Times are epoch milliseconds with fraction.
\`seq\` and \`rts\` are set by the relay alone and ignored in what producers send.

- **Merge.** Fields merge one by one: present beats absent, then the higher rank, then the later \`ts\`, then the higher \`id\`.
  Any batch, in any order, twice or late, gives the same state. \`span.start\` without \`startedAtMs\` started at its \`ts\`,
  \`span.end\` without \`endedAtMs\` ended at its \`ts\`.
- **Ids** are 1 to 256 characters without control characters. The same \`id\` twice is one event.
- **Content** (input, output, messages, arguments, error text, attributes) stands in \`detail\`: \`input\`, \`output\`, \`instructions\`,
  \`arguments\`, \`error\`, \`attributes\`, \`metadata\`, \`message\`, \`reason\`. No stream carries it.
- **Unknown** fields of \`a\` are kept as content, in \`detail.attributes\`. An unknown \`type\` is a counted issue.
- **Viewer** says what somebody without the right to read content sees of a field: \`show\` the value, \`label\` the name when it is
  declared or harmless, \`pseudonym\` a stable stand-in, \`hide\` nothing.
- **Class** says what goes first when a queue is full: \`B\` may be let go, \`A\` only when nothing else is left.
`;

/** The page of \`docs/reference/events.md\`. */
export function writeEventReference(): string {
  const groups = new Map<object, { shape: Readonly<Record<string, AnySchema>>; types: EventType[] }>();
  for (const [type, schema] of Object.entries(eventSchemas)) {
    const { shape } = (schema as unknown as { _zod: { def: { shape: Record<string, AnySchema> } } })._zod.def;
    const group = groups.get(schema) ?? { shape, types: [] };
    group.types.push(type as EventType);
    groups.set(schema, group);
  }
  const sections = [...groups.values()].map(({ shape, types }) => {
    const title = types.length === 1 ? `\`${types[0]}\`` : `\`${types[0]?.split('.')[0]}.*\``;
    return [
      `## ${title}`,
      '',
      '| type | rank | class | needs |',
      '| --- | --- | --- | --- |',
      ...typeRows(types),
      '',
      '| field of `a` | value | viewer | meaning |',
      '| --- | --- | --- | --- |',
      ...fieldRows(shape),
      '',
    ].join('\n');
  });
  return `${intro}\n${sections.join('\n')}`;
}
