import type { ServerFrame } from '../../model/wire.ts';

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isWait = (value: unknown): boolean => value === undefined || isNumber(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

type Fields = Readonly<Record<string, unknown>>;

/** What each frame must have for the session to go on safely. Unknown keys are left alone; events are judged by the store. */
const checks: Readonly<Record<ServerFrame['t'], (frame: Fields) => boolean>> = {
  welcome: (f) =>
    isCount(f['v']) &&
    isText(f['who']) &&
    isText(f['project']) &&
    isTexts(f['roles']) &&
    isTexts(f['can']) &&
    isText(f['epoch']) &&
    isCount(f['head']) &&
    isNumber(f['now']) &&
    (f['resume'] === 'ok' || f['resume'] === 'snapshot'),
  batch: (f) =>
    isText(f['epoch']) && isCount(f['from']) && isCount(f['to']) && f['from'] <= f['to'] && Array.isArray(f['ev']),
  snap: (f) =>
    isText(f['epoch']) &&
    isCount(f['at']) &&
    isCount(f['part']) &&
    isCount(f['parts']) &&
    f['part'] >= 1 &&
    f['part'] <= f['parts'] &&
    Array.isArray(f['ev']) &&
    (f['scope'] === undefined || isTexts(f['scope'])),
  gap: (f) => isText(f['epoch']) && isCount(f['from']) && isCount(f['to']) && isText(f['why']),
  rows: (f) => Array.isArray(f['runs']) && (f['buckets'] === undefined || Array.isArray(f['buckets'])),
  live: (f) => isText(f['run']) && isText(f['span']) && isCount(f['offset']) && isText(f['text']),
  hb: (f) => isText(f['epoch']) && isCount(f['head']) && isNumber(f['now']),
  err: (f) => isText(f['code']),
  bye: (f) => isCount(f['code']) && isWait(f['retryMs']) && isWait(f['againMs']),
};

/**
 * Judges one frame by hand: the client carries no schema library.
 * @returns the frame; `'unknown'` for a type a newer relay may send; `'bad'` for one that cannot be trusted
 */
export function parseFrame(value: unknown): ServerFrame | 'unknown' | 'bad' {
  if (typeof value !== 'object' || value === null) return 'bad';
  const type = (value as Fields)['t'];
  if (!isText(type)) return 'bad';
  if (!Object.hasOwn(checks, type)) return 'unknown';
  return checks[type as ServerFrame['t']](value as Fields) ? (value as ServerFrame) : 'bad';
}

/** The frames in one message: one, or an array of them. `undefined`: no JSON. */
export function parseFrames(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return undefined;
  }
}
