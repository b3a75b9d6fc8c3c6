import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** The dashboard that ships with the package; `undefined` where it was not built. */
export function findDashboardDir(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url)); // dist/relay/http, or src/relay/http when run from the sources
  return [join(here, '../../demo'), join(here, '../../../dist/demo')].find((dir) =>
    existsSync(join(dir, 'index.html')),
  );
}

/**
 * Answers with a file of the dashboard. Names come from a table of characters, so no path leads out of the folder.
 * @param path - of the URL, e.g. `/assets/index-3f9a.js`
 * @returns `undefined`: there is no such file
 */
export async function readDashboardFile(dir: string, path: string): Promise<Response | undefined> {
  const parts = path.split('/').filter((part) => part !== '');
  if (!parts.every((part) => /^[\w-][\w.-]{0,120}$/.test(part)) || parts.length > 6) return undefined;
  const name = parts.length === 0 ? 'index.html' : parts.join(sep);
  const type = types[extname(name)];
  if (!type) return undefined;
  try {
    const root = await realpath(dir);
    const file = await realpath(join(root, name));
    if (!file.startsWith(root + sep)) return undefined;
    const body = await readFile(file);
    const isHashed = parts[0] === 'assets';
    return new Response(new Uint8Array(body), {
      headers: { 'content-type': type, 'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache' },
    });
  } catch {
    return undefined;
  }
}
