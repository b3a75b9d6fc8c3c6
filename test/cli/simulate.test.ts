import { createRelay, type Relay } from 'spanlight/relay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { runSimulate } from '../../src/cli/simulate.ts';
import { createFold } from '../../src/fold/index.ts';
import type { MonitorEvent } from '../../src/model/event.ts';

let relay: Relay;
let events: MonitorEvent[];
beforeEach(async () => {
  events = [];
  const plugins = [
    { name: 'spy', onEvents: (news: { events: readonly MonitorEvent[] }) => void events.push(...news.events) },
  ];
  relay = await createRelay({ port: 0, dashboardDir: false, plugins });
});
afterEach(() => relay.close());

function run(argv: readonly string[], fields: Partial<Io> = {}) {
  let printed = '';
  const write = (text: string) => void (printed += text);
  const env = { SPANLIGHT_URL: relay.url, SPANLIGHT_INGEST_TOKEN: relay.tokens.ingest };
  const io: Io = {
    stdout: write,
    stderr: write,
    env,
    cwd: '/',
    readFile: () => Promise.reject(new Error('no file')),
    signal: new AbortController().signal,
    writeFile: async () => undefined,
    isTerminal: false,
    ...fields,
  };
  return { code: runSimulate(argv, io), output: () => printed };
}

describe('spanlight simulate', () => {
  it('sends runs that the relay takes, every one, and prices', async () => {
    const { code, output } = run(['--seconds', '1', '--rate', '50']);
    expect(await code).toBe(0);
    const sent = Number(/(\d+) events were sent\./.exec(output())?.[1]);
    expect(sent).toBeGreaterThan(0); // how many depends on the machine; the rate itself is proved in virtual time
    expect(events.filter(({ type }) => type !== 'span.price')).toHaveLength(sent); // prices are the relay’s
    const fold = createFold();
    for (const event of events) fold.apply(event);
    fold.settle();
    expect(fold.reader.runIds.length).toBeGreaterThan(0);
    expect(fold.reader.producers.size).toBe(1);
  });

  it('plays one scenario when it is told to', async () => {
    expect(await run(['--scenario', 'quick-answer', '--seconds', '1', '--rate', '200']).code).toBe(0);
    const names = new Set(
      events.filter(({ type }) => type === 'run.start').map(({ a }) => (a as { name?: string }).name),
    );
    expect(names.size).toBe(1);
  });

  it('ends at once at its signal', async () => {
    const abort = new AbortController();
    const { code, output } = run([], { signal: abort.signal });
    abort.abort();
    expect(await code).toBe(0);
    expect(output()).toContain('Ctrl-C ends it');
  });

  it('says what is wrong with the token, without it', async () => {
    const secret = 'x'.repeat(40);
    const { code, output } = run(['--token', secret, '--seconds', '5']);
    await expect(code).rejects.toThrow(/http\.401.*\[simulate\.refused\]/);
    await expect(code).rejects.not.toThrow(secret);
    expect(output()).not.toContain(secret);
  });

  it.each([
    [['--scenario', 'nonsense'], 'simulate.unknown-scenario'],
    [['--rate', 'fast'], 'cli.bad-option'],
    [['--seconds=-1'], 'cli.bad-option'],
    [['--to', 'nowhere'], 'agent.bad-url'],
  ])('refuses %j', async (argv, code) => {
    await expect(run(argv).code).rejects.toThrow(`[${code}]`);
  });

  it('helps', async () => {
    const { code, output } = run(['--help']);
    expect(await code).toBe(0);
    expect(output()).toContain('--scenario NAME');
  });
});
