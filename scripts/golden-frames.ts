// `node --import tsx scripts/golden-frames.ts`: records the frames of the protocol version of now into test/fixtures/golden-frames. What is
// there already was released and is never written again: a session that changed its meaning gets another name. `--again` is for
// a version that no release has yet.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROTOCOL_VERSION } from '../src/model/wire.ts';
import { recordGoldenSessions } from '../test/transport/support/recordGoldenSessions.ts';

const folder = fileURLToPath(new URL(`../test/fixtures/golden-frames/v${PROTOCOL_VERSION}`, import.meta.url));
mkdirSync(folder, { recursive: true });
for (const session of await recordGoldenSessions()) {
  const file = join(folder, `${session.name}.json`);
  const isKept = existsSync(file) && !process.argv.includes('--again');
  if (!isKept) writeFileSync(file, `${JSON.stringify(session, undefined, 1)}\n`);
  console.log(`${isKept ? 'kept   ' : 'written'} ${session.name} (${session.server.length} server frames)`);
}
