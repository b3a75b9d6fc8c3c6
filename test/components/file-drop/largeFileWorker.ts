import { serveTraceFiles, type TraceFileWorkerScope } from 'spanlight/adapters';

serveTraceFiles(globalThis as unknown as TraceFileWorkerScope);
