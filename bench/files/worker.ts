import { serveTraceFiles } from 'spanlight/adapters';

serveTraceFiles(globalThis as unknown as Parameters<typeof serveTraceFiles>[0]);
