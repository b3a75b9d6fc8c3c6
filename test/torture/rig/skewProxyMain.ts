import { startSkewProxy } from './skewProxy.ts';
import type { Skew } from './skews.ts';

/** A process with a skew proxy a pair of its arguments: port and skew. Tells their addresses; ends with who started it. */
const pairs = process.argv.slice(2).map((pair) => pair.split(' ') as [string, Skew]);
const stays = { onEnd: () => undefined };
const urls = await Promise.all(pairs.map(([port, skew]) => startSkewProxy(stays, Number(port), skew)));
process.on('disconnect', () => process.exit(0));
process.send?.(urls);
