import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tokensFileSchema } from '../../src/relay/settings/settingsSchema.ts';
import { get, send, spanEvent, startRelay, tokenOf } from '../relay/support.ts';
import { blocksOf, guides } from './pages.ts';

const blocks = guides.flatMap((page) => blocksOf(page).map((block) => ({ ...block, path: page.path })));
const codeOf = (path: string, language: string): string =>
  blocks.find((block) => block.path === path && block.language === language)?.code ?? '';

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-docs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'sample.json');
  await writeFile(path, text);
  return path;
}

describe('samples of the pages', () => {
  it('in JSON are JSON', () => {
    const samples = blocks.filter(({ language }) => language === 'json');
    expect(samples.length).toBeGreaterThan(1);
    for (const { code } of samples)
      expect(() => JSON.parse(code.replaceAll(/"<[^\n]*>"/g, '""')) as unknown).not.toThrow();
  });

  it('of redaction rules and of tokens are taken by a relay', async () => {
    const rules = await fileWith(codeOf('docs/redaction.md', 'json'));
    const entries = codeOf('docs/relay.md', 'json').replace(/"<[^\n]*>"/, `"${'0'.repeat(64)}"`);
    expect(tokensFileSchema.parse(JSON.parse(entries))).toHaveLength(1);
    const relay = await startRelay({ redactionPath: rules, tokensFile: await fileWith(entries) });
    expect(relay.url).toContain('http://127.0.0.1:');
  });

  it('of questions to the history are answered', async () => {
    const relay = await startRelay();
    const event = spanEvent();
    await send(relay, [event]);
    const asked = [...codeOf('docs/history.md', 'sh').matchAll(/"\$BASE(\/[^"]*)"/g)].map(([, path = '']) => path);
    expect(asked.length).toBeGreaterThan(4);
    for (const path of asked) {
      const answer = await get(relay, path.replace('$RUN_ID', String(event['run'])), 'developer');
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    }
  });

  it('of a stream opened by hand is one', async () => {
    const relay = await startRelay();
    const command = codeOf('docs/transport.md', 'sh');
    const headers = new Headers({ authorization: `Bearer ${tokenOf(relay, 'viewer')}` });
    for (const [, name = '', value = ''] of command.matchAll(/-H '([a-z-]+): ([^']+)'/g)) headers.set(name, value);
    const body = /-d '([^']+)'/.exec(command)?.[1] ?? '';
    const path = /https:\/\/relay\.example\.com(\/\S+)/.exec(command)?.[1] ?? '';
    const answer = await fetch(relay.url + path, { method: 'POST', headers, body });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body?.getReader();
    const text = new TextDecoder();
    let heard = '';
    while (!heard.includes('"welcome"')) heard += text.decode((await reader?.read())?.value, { stream: true });
    expect(heard).toMatch(/^data: .*"t":"welcome"/m);
    await reader?.cancel();
  });
});
