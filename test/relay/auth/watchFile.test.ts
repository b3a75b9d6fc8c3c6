import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchFile } from '../../../src/relay/auth/watchFile.ts';
import { onEnd } from '../support.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval'] }));
afterEach(() => void vi.useRealTimers());

/** A file whose readings come back when they are told to, as from a folder in the network that hangs. */
async function watchSlowFile() {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const path = join(folder, 'tokens.json');
  const readings: { readonly answer: (text: string) => void; readonly fail: (cause: Error) => void }[] = [];
  const applied: string[] = [];
  const faults: unknown[] = [];
  await writeFile(path, 'first');
  const watching = watchFile({
    path,
    read: () => new Promise<string>((answer, fail) => void readings.push({ answer, fail })),
    apply: (text) => void applied.push(text),
    onFault: (cause) => void faults.push(cause),
  });
  await vi.waitFor(() => expect(readings).toHaveLength(1));
  readings[0]?.answer('first');
  onEnd(await watching);
  const change = async (text: string) => {
    const before = readings.length;
    await writeFile(path, text);
    vi.advanceTimersByTime(2000);
    await vi.waitFor(() => expect(readings).toHaveLength(before + 1));
    return readings[before] as (typeof readings)[number];
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { applied, faults, change, settle };
}

it('reads a file again when it changes, and hears of a reading that failed', async () => {
  const { applied, faults, change, settle } = await watchSlowFile();
  (await change('the second')).answer('the second');
  await settle();
  const fault = new Error('broken');
  (await change('the third one')).fail(fault);
  await settle();
  (await change('the fourth of all')).answer('the fourth of all');
  await settle();
  expect(applied).toEqual(['first', 'the second', 'the fourth of all']);
  expect(faults).toEqual([fault]);
});

it('does not go back to what a reading says that comes after a newer one: a token that was taken out stays out', async () => {
  const { applied, faults, change, settle } = await watchSlowFile();
  const slow = await change('with ann');
  const hanging = await change('with ann and ben');
  (await change('nobody')).answer('nobody');
  await settle();
  slow.answer('with ann');
  hanging.fail(new Error('gone'));
  await settle();
  expect(applied).toEqual(['first', 'nobody']);
  expect(faults).toEqual([]);
  (await change('somebody else')).answer('somebody else');
  await settle();
  expect(applied.at(-1)).toBe('somebody else');
});
