import { describe, expect, it } from 'vitest';
import { relayBaseUrl, streamUrl } from '../../../src/transport/wires/streamUrl.ts';

describe('streamUrl', () => {
  it.each([
    ['http://host:8090', 'ws://host:8090/v1/stream', 'http://host:8090'],
    ['https://host/', 'wss://host/v1/stream', 'https://host'],
    ['ws://host', 'ws://host/v1/stream', 'http://host'],
    ['wss://host/v1/stream', 'wss://host/v1/stream', 'https://host'],
    ['https://host/monitor', 'wss://host/monitor/v1/stream', 'https://host/monitor'],
    ['https://host/monitor/v1/stream/', 'wss://host/monitor/v1/stream/', 'https://host/monitor'],
    ['https://host/#part', 'wss://host/v1/stream', 'https://host'],
  ])('%s', (url, stream, base) => {
    expect(streamUrl(url, 'ws')).toBe(stream);
    expect(relayBaseUrl(url)).toBe(base);
  });

  it('serves HTTP wires from the same address', () => {
    expect(streamUrl('wss://host', 'http')).toBe('https://host/v1/stream');
  });

  it.each(['', 'host', 'ftp://host', 'javascript:alert(1)', 'https://user:secret@host'])(
    'refuses %j without quoting it',
    (url) => {
      expect(() => streamUrl(url, 'ws')).toThrow(expect.objectContaining({ code: 'transport.bad-url' }));
      expect(() => streamUrl(url, 'ws')).not.toThrow(/secret/);
    },
  );
});
