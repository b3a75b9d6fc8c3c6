#!/usr/bin/env node
import { createRequire } from 'node:module';
import { commands } from './commands.ts';
import { faultOfNode } from './faultOfNode.ts';
import { processIo } from './processIo.ts';
import { runCli } from './runCli.ts';

const { version, engines } = createRequire(import.meta.url)('../../package.json') as {
  version: string;
  engines: { node: string };
};
const io = processIo();
const fault = faultOfNode(process.versions.node, engines.node);
if (fault !== undefined) io.stderr(`spanlight: ${fault}\n`);
// Not process.exit(): what was written to a pipe would be cut off
process.exitCode = fault === undefined ? await runCli(process.argv.slice(2), io, { commands, version }) : 1;
