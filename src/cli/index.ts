#!/usr/bin/env node
import { createRequire } from 'node:module';
import { commands } from './commands.ts';
import { processIo } from './processIo.ts';
import { runCli } from './runCli.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

// Not process.exit(): what was written to a pipe would be cut off
process.exitCode = await runCli(process.argv.slice(2), processIo(), { commands, version });
