import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const passes = `
  import { crashPoint } from './src/relay/crashPoint.ts';
  for (let pass = 1; pass <= 3; pass += 1) { crashPoint('after-ack'); console.log(pass); }
`;

async function pass(env: Record<string, string>): Promise<{ out: string; signal: string | null }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', passes], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { out: out.replaceAll('\n', ' ').trim(), signal };
}

describe('a crash point', () => {
  it('kills the process at the pass that was named', async () => {
    const armed = { SPANLIGHT_CRASH_TEST: '1', SPANLIGHT_CRASH_AT: 'after-ack:3' };
    expect(await pass(armed)).toEqual({ out: '1 2', signal: 'SIGKILL' });
  });

  it('does nothing at another label, or without the switch of the tests', async () => {
    const lived = { out: '1 2 3', signal: null };
    expect(await pass({ SPANLIGHT_CRASH_TEST: '1', SPANLIGHT_CRASH_AT: 'before-append:1' })).toEqual(lived);
    expect(await pass({ SPANLIGHT_CRASH_AT: 'after-ack:1' })).toEqual(lived);
  });
});
