import { describe, expect, it } from 'vitest';
import { createRequestGuard } from '../../src/relay/auth/requestGuard.ts';

const base = { host: '127.0.0.1', port: 8090, allowedHosts: [], allowedOrigins: [] };
const local = createRequestGuard(base);

describe('a relay on loopback', () => {
  it.each(['127.0.0.1:8090', 'localhost:8090', 'LOCALHOST:8090', '[::1]:8090'])('answers under %s', (host) => {
    expect(local.isHostAllowed(host)).toBe(true);
    expect(local.isOriginAllowed(`http://${host}`, host)).toBe(true);
  });

  it.each([
    undefined,
    '',
    ' ',
    'evil.example',
    'evil.example:8090',
    'localhost',
    'localhost:80',
    'localhost:8091',
    'localhost:',
    'localhost:8090:1',
    'localhost:08090x',
    'localhost:99999',
    'localhost.:8090',
    'localhost.evil.example:8090',
    'evil.localhost:8090',
    '127.0.0.1.evil.example:8090',
    '127.0.0.1.nip.io:8090',
    '127.1:8090',
    '0.0.0.0:8090',
    '0:8090',
    '2130706433:8090',
    '0x7f.0.0.1:8090',
    '0177.0.0.1:8090',
    '127.0.0.2:8090',
    '192.168.1.5:8090',
    '169.254.169.254:8090',
    '[::]:8090',
    '[::ffff:127.0.0.1]:8090',
    '[0:0:0:0:0:0:0:1]:8090',
    '::1:8090',
    '[::1',
    '[::1]x:8090',
    'user@localhost:8090',
    'localhost:8090@evil.example',
    'localhost:8090/evil',
    'localhost:8090?x',
    'localhost:8090#x',
    'localhost\\.evil:8090',
    'localhost:8090, evil.example',
    'localhost:8090 evil',
    'localhost\u0000:8090',
    'löcalhost:8090',
    'localhost%00:8090',
    '-localhost:8090',
    'localhost-:8090',
    `${'a'.repeat(300)}:8090`,
  ])('does not answer under %j', (host) => {
    expect(local.isHostAllowed(host)).toBe(false);
  });

  it.each([
    'null',
    '',
    'https://evil.example',
    'http://evil.example:8090',
    'http://localhost',
    'http://localhost:80',
    'http://localhost:8091',
    'http://127.0.0.1:8090',
    'http://[::1]:8090',
    'http://localhost:8090.evil.example',
    'http://localhost:8090@evil.example',
    'http://evil.example#localhost:8090',
    'http://evil.example?localhost:8090',
    'http://localhost:8090/',
    'http://localhost:8090/x',
    'file://',
    'file://localhost:8090',
    'chrome-extension://localhost:8090',
    'ws://localhost:8090',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://',
    'http:localhost:8090',
    '//localhost:8090',
    'localhost:8090',
    'http://localhost:8090 ',
    ' http://localhost:8090',
    'http://localhost:8090\n',
    'http://localhost:8090, http://evil.example',
    'http://lоcalhost:8090',
  ])('takes nothing from a page of %j', (origin) => {
    expect(local.isOriginAllowed(origin, 'localhost:8090')).toBe(false);
  });

  it('takes clients that are no browser: they still need a token', () => {
    expect(local.isOriginAllowed(undefined, 'localhost:8090')).toBe(true);
    expect(local.isOriginAllowed('http://evil.example', 'evil.example')).toBe(false); // own origin of a foreign name
  });
});

describe('a relay that others can reach', () => {
  const open = createRequestGuard({ ...base, host: '0.0.0.0' });

  it.each(['10.0.0.5', '10.0.0.5:80', 'localhost:1234', '[fd00::1]:8090'])('answers under the address %s', (host) => {
    expect(open.isHostAllowed(host)).toBe(true);
  });

  it.each(['relay.example.com', 'relay:8090', 'evil.example:8090', '0x0a.0.0.5'])(
    'does not answer under the name %s that nobody listed',
    (host) => {
      expect(open.isHostAllowed(host)).toBe(false);
    },
  );
});

describe('listed names', () => {
  const listed = createRequestGuard({
    ...base,
    allowedHosts: ['relay.example.com', 'relay:8090', 'tls.example.com:443'],
    allowedOrigins: ['https://admin.example.com'],
  });

  it.each<readonly [string, boolean]>([
    ['relay.example.com', true],
    ['relay.example.com:8443', true],
    ['Relay.Example.com', true],
    ['relay:8090', true],
    ['relay:8091', false],
    ['tls.example.com', true],
    ['tls.example.com:443', true],
    ['tls.example.com:80', false],
    ['xrelay.example.com', false],
    ['relay.example.com.evil.example', false],
  ])('%s: %s', (host, isAllowed) => {
    expect(listed.isHostAllowed(host)).toBe(isAllowed);
  });

  it.each<readonly [string, boolean]>([
    ['https://admin.example.com', true],
    ['http://admin.example.com', false],
    ['https://admin.example.com:8443', false],
    ['https://admin.example.com.evil.example', false],
    ['https://evil-admin.example.com', false],
    ['https://relay.example.com', true],
  ])('a page of %s: %s', (origin, isAllowed) => {
    expect(listed.isOriginAllowed(origin, 'relay.example.com')).toBe(isAllowed);
  });

  it('only listed origins may read across origins', () => {
    expect(listed.isCrossOriginAllowed('https://admin.example.com')).toBe(true);
    expect(listed.isCrossOriginAllowed('https://relay.example.com')).toBe(false);
  });
});
