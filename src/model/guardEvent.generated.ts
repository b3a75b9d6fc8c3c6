// Written by scripts/generate-guard.ts from src/model/eventSchemas.ts: do not edit, run `npm run generate`.
import type { MonitorEvent } from './event.ts';
import { MAX_LIST_LENGTH, MAX_NAME_LENGTH } from './limits.ts';
import { MAX_TIME_MS } from './units.ts';

type Fields = Record<string, unknown>;

/**
 * Whether a parsed value is an event that the store can take: ids, times and every known field of `a`.
 * Unknown fields pass and are ignored. For the hot path; it says no reason and cleans nothing, see `parseEvent`.
 * @remarks Needs no `eval` and no schema library. O(fields).
 */
export function isMonitorEvent(raw: unknown): raw is MonitorEvent {
  if (typeof raw !== 'object' || raw === null) return false;
  const { id, type, sv, ts, rts, seq, prod, run, span, parent, ref, a, detail, refs } = raw as Fields;
  if (!isId(id) || !isTime(ts) || !isVersion(sv) || !isOptionalKeyId(parent)) return false;
  if (seq !== undefined && !isCount(seq)) return false;
  if (rts !== undefined && !isTime(rts)) return false;
  if (prod !== undefined && !isProducer(prod)) return false;
  if (!isOptionalObject(detail) || !isOptionalObject(refs)) return false;
  switch (type) {
    case 'producer.hello':
    case 'producer.beat':
    case 'producer.gap':
      return (
        isOptionalKeyId(run) && isOptionalKeyId(span) && isOptionalId(ref) && prod !== undefined && isProducerFields(a)
      );
    case 'run.start':
    case 'run.end':
    case 'run.fail':
      return isKeyId(run) && isOptionalKeyId(span) && isOptionalId(ref) && isRunFields(a);
    case 'span.start':
    case 'span.update':
    case 'span.end':
      return isKeyId(run) && isKeyId(span) && isOptionalId(ref) && isSpanFields(a);
    case 'span.price':
      return isKeyId(run) && isKeyId(span) && isOptionalId(ref) && isPriceFields(a);
    case 'log':
      return isOptionalKeyId(run) && isOptionalKeyId(span) && isOptionalId(ref) && isLogFields(a);
    case 'approval.requested':
    case 'approval.decided':
    case 'approval.expired':
    case 'approval.cancelled':
      return isKeyId(run) && isOptionalKeyId(span) && isId(ref) && isApprovalFields(a);
    case 'score':
      return isKeyId(run) && isOptionalKeyId(span) && isOptionalId(ref) && isScoreFields(a);
    case 'alert.firing':
    case 'alert.acknowledged':
    case 'alert.silenced':
    case 'alert.resolved':
      return isOptionalKeyId(run) && isOptionalKeyId(span) && isId(ref) && isAlertFields(a);
    case 'budget.reserved':
    case 'budget.settled':
    case 'budget.refused':
    case 'budget.released':
      return isOptionalKeyId(run) && isOptionalKeyId(span) && isId(ref) && isBudgetFields(a);
    default:
      return false;
  }
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH;
}

/** Ids that become part of a span's key: U+001F joins them there. */
function isKeyId(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH && !value.includes('\u001f');
}

function isOptionalKeyId(value: unknown): boolean {
  return value === undefined || isKeyId(value);
}

function isOptionalId(value: unknown): boolean {
  return value === undefined || isId(value);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isVersion(value: unknown): boolean {
  return isCount(value) && value !== 0;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIME_MS;
}

function isOptionalObject(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

function isProducer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, n } = value as Fields;
  return isId(id) && isCount(n);
}

function isNames(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > MAX_LIST_LENGTH) return false;
  for (const item of value as unknown[]) {
    if (typeof item !== 'string' || item.length > MAX_NAME_LENGTH) return false;
  }
  return true;
}

function isProducerFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'sdk':
      case 'sdkVersion':
      case 'language':
      case 'service':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      case 'beatEveryMs':
      case 'droppedEvents':
      case 'queuedEvents':
      case 'firstNumber':
      case 'missingEvents':
      case 'holeEvents':
        if (typeof field !== 'number' || !(field >= 0 && field <= Number.MAX_SAFE_INTEGER)) return false;
        break;
      case 'agentNames':
      case 'toolNames':
      case 'guardrailNames':
      case 'modelNames':
      case 'workflowNames':
        if (!isNames(field)) return false;
        break;
      default:
    }
  }
  return true;
}

function isRunFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'name':
      case 'source':
      case 'groupId':
      case 'sessionId':
      case 'userId':
      case 'errorType':
      case 'errorCode':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      case 'tags':
        if (!isNames(field)) return false;
        break;
      case 'startedAtMs':
      case 'endedAtMs':
        if (typeof field !== 'number' || !(field >= 0 && field <= MAX_TIME_MS)) return false;
        break;
      default:
    }
  }
  return true;
}

function isUsage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  if (fields['scope'] === undefined) return false;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'scope':
        if (field !== 'leaf' && field !== 'aggregate') return false;
        break;
      case 'inputTokens':
      case 'outputTokens':
      case 'cachedInputTokens':
      case 'cacheWriteTokens':
      case 'reasoningTokens':
      case 'totalTokens':
        if (typeof field !== 'number' || !(field >= 0 && field <= Number.MAX_SAFE_INTEGER)) return false;
        break;
      default:
    }
  }
  return true;
}

function isLinksItem(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  if (fields['runId'] === undefined) return false;
  if (fields['relation'] === undefined) return false;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'runId':
      case 'spanId':
      case 'relation':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      default:
    }
  }
  return true;
}

function isLinks(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > MAX_LIST_LENGTH) return false;
  for (const item of value as unknown[]) {
    if (!isLinksItem(item)) return false;
  }
  return true;
}

function isSpanFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'kind':
        if (
          field !== 'agent' &&
          field !== 'llm' &&
          field !== 'tool' &&
          field !== 'handoff' &&
          field !== 'guardrail' &&
          field !== 'retrieval' &&
          field !== 'mcp' &&
          field !== 'speech' &&
          field !== 'task' &&
          field !== 'turn' &&
          field !== 'eval' &&
          field !== 'approval' &&
          field !== 'custom'
        )
          return false;
        break;
      case 'name':
      case 'agentName':
      case 'model':
      case 'requestModel':
      case 'provider':
      case 'errorType':
      case 'errorCode':
      case 'operation':
      case 'fromAgent':
      case 'toAgent':
      case 'server':
      case 'callId':
      case 'finishReason':
      case 'sourceType':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      case 'startedAtMs':
      case 'endedAtMs':
      case 'firstTokenAtMs':
        if (typeof field !== 'number' || !(field >= 0 && field <= MAX_TIME_MS)) return false;
        break;
      case 'status':
        if (field !== 'running' && field !== 'waiting' && field !== 'ok' && field !== 'error' && field !== 'cancelled')
          return false;
        break;
      case 'usage':
        if (!isUsage(field)) return false;
        break;
      case 'reportedCostNanoUsd':
      case 'attempt':
      case 'turn':
        if (typeof field !== 'number' || !(field >= 0 && field <= Number.MAX_SAFE_INTEGER)) return false;
        break;
      case 'triggered':
      case 'isExecuted':
        if (typeof field !== 'boolean') return false;
        break;
      case 'toolNames':
      case 'handoffNames':
        if (!isNames(field)) return false;
        break;
      case 'links':
        if (!isLinks(field)) return false;
        break;
      default:
    }
  }
  return true;
}

function isPriceFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'costNanoUsd':
        if (typeof field !== 'number' || !(field >= 0 && field <= Number.MAX_SAFE_INTEGER)) return false;
        break;
      case 'costSource':
        if (field !== 'reported' && field !== 'override' && field !== 'computed') return false;
        break;
      case 'priceVersion':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      default:
    }
  }
  return true;
}

function isLogFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'level':
        if (field !== 'debug' && field !== 'info' && field !== 'warn' && field !== 'error') return false;
        break;
      case 'sourceName':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      default:
    }
  }
  return true;
}

function isApprovalFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'toolName':
      case 'agentName':
      case 'decidedBy':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      case 'requestedAtMs':
      case 'expiresAtMs':
      case 'decidedAtMs':
        if (typeof field !== 'number' || !(field >= 0 && field <= MAX_TIME_MS)) return false;
        break;
      case 'decision':
        if (field !== 'approved' && field !== 'rejected') return false;
        break;
      default:
    }
  }
  return true;
}

function isScoreFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'name':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      case 'value':
      case 'threshold':
        if (typeof field !== 'number' || !(field >= -Number.MAX_VALUE && field <= Number.MAX_VALUE)) return false;
        break;
      default:
    }
  }
  return true;
}

function isAlertFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'ruleName':
      case 'by':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      case 'severity':
        if (field !== 'info' && field !== 'warning' && field !== 'error' && field !== 'critical') return false;
        break;
      case 'value':
      case 'limit':
        if (typeof field !== 'number' || !(field >= -Number.MAX_VALUE && field <= Number.MAX_VALUE)) return false;
        break;
      case 'silencedUntilMs':
        if (typeof field !== 'number' || !(field >= 0 && field <= MAX_TIME_MS)) return false;
        break;
      default:
    }
  }
  return true;
}

function isBudgetFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Fields;
  for (const key in fields) {
    const field = fields[key];
    if (field === undefined) continue;
    switch (key) {
      case 'budgetName':
        if (typeof field !== 'string' || field.length > MAX_NAME_LENGTH) return false;
        break;
      case 'amountNanoUsd':
      case 'spentNanoUsd':
      case 'capNanoUsd':
        if (typeof field !== 'number' || !(field >= 0 && field <= Number.MAX_SAFE_INTEGER)) return false;
        break;
      default:
    }
  }
  return true;
}
