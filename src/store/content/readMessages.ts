import type { Detail } from '../../model/detail.ts';
import { parseJsonText } from './parseJsonText.ts';

/** `reasoning` = the model's own notes; anything a source invents is kept as it is. */
export type MessageRole = 'system' | 'user' | 'assistant' | 'tool' | 'reasoning' | (string & {});

export interface MessageToolCall {
  readonly callId?: string | undefined;
  readonly name: string;
  /** As the source gave it: JSON text, or a value. */
  readonly arguments?: unknown;
}

/** Something that is no text: its kind and, where it stands in the payload, its size. Never loaded from elsewhere. */
export interface MessageAttachment {
  readonly kind: string;
  readonly mediaType?: string | undefined;
  readonly sizeBytes?: number | undefined;
}

/** One message of a model call, whatever API it was sent over. */
export interface ContentMessage {
  /** What of the detail it stood in. */
  readonly part: 'instructions' | 'input' | 'output';
  readonly role: MessageRole;
  /** `undefined` where the message is a tool call or an attachment only. */
  readonly text?: string | undefined;
  readonly toolCalls: readonly MessageToolCall[];
  /** The call this message answers. */
  readonly answers?: { readonly callId?: string | undefined; readonly name?: string | undefined } | undefined;
  readonly attachments: readonly MessageAttachment[];
  readonly isRefusal: boolean;
}

/**
 * The messages of a model call: OpenAI Responses items, Chat Completions messages and completions, GenAI semantic convention
 * messages, AI SDK messages, or plain text. What is none of these is left out: it can be read raw.
 * @returns in the order they were sent, instructions first; empty where the content holds no messages
 * @remarks Pure, never throws, O(size of the content).
 */
export function readMessages(detail: Detail): readonly ContentMessage[] {
  return [
    ...(detail.instructions === undefined ? [] : readPart('instructions', 'system', detail.instructions)),
    ...(detail.input === undefined ? [] : readPart('input', 'user', detail.input)),
    ...(detail.output === undefined ? [] : readPart('output', 'assistant', detail.output)),
  ];
}

type Part = ContentMessage['part'];
type Loose = Readonly<Record<string, unknown>>;

const isLoose = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const firstText = (...values: readonly unknown[]): string | undefined => {
  for (const value of values) if (typeof value === 'string' && value !== '') return value;
  return undefined;
};

function readPart(part: Part, role: MessageRole, value: unknown): ContentMessage[] {
  if (typeof value === 'string') {
    const parsed = /^\s*[[{]/.test(value) ? parseJsonText(value) : undefined;
    const messages = parsed === undefined ? [] : readList(part, parsed);
    if (messages.length > 0) return messages;
    return value === '' ? [] : [message(part, { role, text: value })];
  }
  return readList(part, value);
}

function readList(part: Part, value: unknown): ContentMessage[] {
  const found: ContentMessage[] = [];
  for (const item of Array.isArray(value) ? value : [value]) {
    if (!isLoose(item)) continue;
    if (Array.isArray(item['choices'])) {
      for (const choice of item['choices']) if (isLoose(choice)) found.push(...readItem(part, choice['message']));
    } else if (Array.isArray(item['messages'])) found.push(...readList(part, item['messages']));
    else found.push(...readItem(part, item));
  }
  return found;
}

function readItem(part: Part, value: unknown): ContentMessage[] {
  if (!isLoose(value)) return [];
  const type = value['type'];
  if (type === 'function_call' || type === 'custom_tool_call' || type === 'tool_call')
    return [message(part, { role: 'assistant', toolCalls: [readToolCall(value)] })];
  if (type === 'function_call_result' || type === 'function_call_output' || type === 'custom_tool_call_output')
    return [message(part, { role: 'tool', ...readBody(value['output']), answers: answersOf(value) })];
  if (type === 'reasoning') {
    const body = readBody(hasItems(value['content']) ? value['content'] : value['summary']);
    return [message(part, { role: 'reasoning', ...body, text: body.text ?? textOf(value['text']) })];
  }
  if (typeof value['role'] === 'string') return [readRoleMessage(part, value['role'], value)];
  // Calls that the provider runs itself: web_search_call, file_search_call, computer_call …
  if (typeof type === 'string' && type.endsWith('_call')) {
    const name = firstText(value['name'], type.replace(/_call$/, '')) ?? type;
    return [
      message(part, {
        role: 'assistant',
        toolCalls: [{ callId: callIdOf(value), name, arguments: value['action'] ?? value['arguments'] }],
      }),
    ];
  }
  return [];
}

const hasItems = (value: unknown) => (Array.isArray(value) ? value.length > 0 : typeof value === 'string');

function readRoleMessage(part: Part, role: string, value: Loose): ContentMessage {
  const body = readBody(value['content'] ?? value['parts']);
  const listed = Array.isArray(value['tool_calls']) ? value['tool_calls'].filter(isLoose).map(readToolCall) : [];
  const refusal = textOf(value['refusal']);
  const isTool = role === 'tool' || role === 'function';
  return message(part, {
    ...body,
    role: role === 'developer' ? 'system' : isTool ? 'tool' : role,
    text: body.text ?? refusal,
    toolCalls: [...body.toolCalls, ...listed],
    answers: isTool ? (body.answers ?? answersOf(value)) : body.answers,
    isRefusal: body.isRefusal || refusal !== undefined,
  });
}

interface Body {
  readonly text: string | undefined;
  readonly toolCalls: readonly MessageToolCall[];
  readonly answers: ContentMessage['answers'];
  readonly attachments: readonly MessageAttachment[];
  readonly isRefusal: boolean;
}

/** A string, a part, or a list of parts. */
function readBody(value: unknown): Body {
  const texts: string[] = [];
  const toolCalls: MessageToolCall[] = [];
  const attachments: MessageAttachment[] = [];
  let answers: ContentMessage['answers'];
  let isRefusal = false;
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item === 'string') texts.push(item);
    if (!isLoose(item)) continue;
    const type = typeof item['type'] === 'string' ? item['type'].replaceAll('-', '_') : '';
    if (type === 'tool_call' || type === 'tool_use') toolCalls.push(readToolCall(item));
    else if (type === 'tool_result' || type === 'tool_call_response') {
      answers = answersOf(item);
      texts.push(asText(item['output'] ?? item['result'] ?? item['response'] ?? item['content']));
    } else {
      const text = firstText(
        item['text'],
        item['refusal'],
        type === 'text' || type === 'reasoning' ? item['content'] : '',
      );
      isRefusal ||= type === 'refusal';
      if (text !== undefined) texts.push(text);
      else if (type !== '' && !type.endsWith('text')) attachments.push(readAttachment(type, item));
    }
  }
  const text = texts.filter((one) => one !== '').join('\n\n');
  return { text: text === '' ? undefined : text, toolCalls, answers, attachments, isRefusal };
}

function readToolCall(value: Loose): MessageToolCall {
  const called = isLoose(value['function']) ? value['function'] : value;
  const name = firstText(called['name'], called['toolName'], called['tool_name']) ?? '';
  return { callId: callIdOf(value), name, arguments: called['arguments'] ?? called['input'] ?? called['args'] };
}

const callIdOf = (value: Loose) =>
  firstText(
    value['call_id'],
    value['callId'],
    value['tool_call_id'],
    value['toolCallId'],
    value['tool_use_id'],
    value['id'],
  );

function answersOf(value: Loose): ContentMessage['answers'] {
  return { callId: callIdOf(value), name: firstText(value['name'], value['toolName']) };
}

function readAttachment(type: string, item: Loose): MessageAttachment {
  const nested =
    [item['image_url'], item['input_audio'], item['file'], item['source'], item['image']].find(isLoose) ?? item;
  const url = firstText(item['image_url'], nested['url'], item['uri'], item['image'], item['file']);
  const inline =
    firstText(nested['data'], nested['file_data'], item['content']) ?? (url?.startsWith('data:') ? url : undefined);
  const mediaType = firstText(item['mediaType'], item['mime_type'], nested['media_type'], nested['format']);
  const base64 = inline?.slice(inline.startsWith('data:') ? inline.indexOf(',') + 1 : 0);
  return {
    kind: type.replace(/^input_|_url$/g, ''),
    mediaType: mediaType ?? /^data:([\w/+.-]+)/.exec(inline ?? '')?.[1],
    sizeBytes: base64 === undefined ? undefined : Math.floor((base64.length * 3) / 4),
  };
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isLoose(value) && typeof value['value'] === 'string') return value['value'];
  if (isLoose(value) && typeof value['text'] === 'string') return value['text'];
  return value === undefined ? '' : (JSON.stringify(value) ?? '');
}

const message = (part: Part, fields: Partial<ContentMessage> & { role: MessageRole }): ContentMessage => ({
  part,
  toolCalls: [],
  attachments: [],
  isRefusal: false,
  ...fields,
});
