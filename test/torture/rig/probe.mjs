// Loaded before the relay's own code (`node --import`): lets the harness read the figures of that process and bend its clock.
const realNow = Date.now;
let clockOffsetMs = 0;
Date.now = () => realNow() + clockOffsetMs;

/** A stall counts only as far as this process worked in it: a machine that gave the processor to somebody else is not our fault. */
let worstStallMs = 0;
let lastMs = performance.now();
let lastCpu = process.cpuUsage();
const TICK_MS = 10;
setInterval(() => {
  const nowMs = performance.now();
  const cpu = process.cpuUsage(lastCpu);
  worstStallMs = Math.max(worstStallMs, Math.min(nowMs - lastMs - TICK_MS, (cpu.user + cpu.system) / 1000));
  lastMs = nowMs;
  lastCpu = process.cpuUsage();
}, TICK_MS).unref();

let unhandled = 0;
process.on('unhandledRejection', () => {
  unhandled += 1;
});

process.on('message', (message) => {
  if (message.ask === 'clock') clockOffsetMs = message.offsetMs;
  if (message.ask === 'reset') worstStallMs = 0;
  if (message.isCollected) globalThis.gc?.();
  process.send?.({
    ref: message.ref,
    worstStallMs,
    unhandled,
    rssBytes: process.memoryUsage.rss(),
    heapBytes: process.memoryUsage().heapUsed,
    externalBytes: process.memoryUsage().external,
    cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000,
  });
});
process.channel?.unref();
