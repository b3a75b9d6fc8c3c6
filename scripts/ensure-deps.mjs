// Makes sure the tests have a browser, Redis, PostgreSQL, nginx and Python. Root on a Debian or Ubuntu machine: installs what is missing. Anywhere else: says
// what to run. `--check` never installs.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const onPath = (name) => (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));
const browsers = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  chromium.executablePath(),
];
const needs = [
  {
    what: 'a Chromium',
    have: () => browsers.some((path) => path && existsSync(path)),
    debian: 'chromium',
    other: 'npx playwright install chromium (or set CHROMIUM_PATH)',
  },
  {
    what: 'Redis',
    have: () => onPath('redis-server'),
    debian: 'redis-server',
    other: 'brew install redis (macOS)',
  },
  {
    what: 'PostgreSQL',
    have: () => existsSync('/usr/lib/postgresql') || onPath('initdb'),
    debian: 'postgresql',
    other: 'brew install postgresql (macOS)',
  },
  {
    what: 'nginx',
    have: () => onPath('nginx') || existsSync('/usr/sbin/nginx'),
    debian: 'nginx-light',
    other: 'brew install nginx (macOS)',
  },
  {
    what: 'OpenSSL',
    have: () => onPath('openssl'),
    debian: 'openssl',
    other: 'brew install openssl (macOS)',
  },
  {
    what: 'Python 3',
    have: () => onPath('python3'),
    debian: 'python3',
    other: 'brew install python (macOS)',
  },
];

const missing = () => needs.filter((need) => !need.have());
const canInstall =
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get');

if (missing().length > 0 && canInstall && !process.argv.includes('--check')) {
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...missing().map((need) => need.debian)],
    options,
  );
}
for (const need of missing()) console.error(`missing ${need.what}: apt-get install ${need.debian}, or ${need.other}`);
if (missing().length > 0) process.exit(1);
