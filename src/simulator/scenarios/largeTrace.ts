import type { SpanKind } from '../../model/span.ts';
import type { Usage } from '../../model/usage.ts';
import { agentNames, type ModelName, models, toolNames } from '../catalogue.ts';
import { notePrice } from '../modelCall.ts';
import { type OpenSpan, openRun, type SpanSpec } from '../runWriter.ts';
import type { World } from '../world.ts';

export interface LargeTraceSize {
  /** Spans in the run, the root included. */
  readonly spans: number;
  /** Levels, the root included; no deeper, and as deep as the number of spans allows. */
  readonly depth: number;
}

const leafKinds = ['tool', 'llm', 'retrieval', 'guardrail'] as const satisfies readonly SpanKind[];

/** One run of any size: agents in agents down to `depth`, model calls and tools between them. O(spans). */
export function largeTrace(world: World, { spans, depth }: LargeTraceSize): void {
  const { random } = world;
  const run = openRun(world, { name: 'Catalog sync', detail: { input: `${spans} steps` } });
  const path: OpenSpan[] = [run.begin({ kind: 'agent', name: agentNames[0], agentName: agentNames[0] })];
  let written = 1;
  while (written < spans) {
    const parent = path[path.length - 1] as OpenSpan;
    const canDescend = path.length < depth - 1;
    if (canDescend && (written < depth || random.chance(0.25))) {
      const name = random.pick(agentNames);
      path.push(run.begin({ kind: 'agent', name, agentName: name, parent }));
    } else if (path.length > 1 && written > depth && random.chance(0.28)) {
      run.end(parent);
      path.pop();
      continue;
    } else {
      writeLeaf(run, parent);
    }
    written += 1;
    run.wait(random.whole(1, 6));
  }
  for (const span of path.reverse()) run.end(span);
  run.finish();
}

function writeLeaf(run: ReturnType<typeof openRun>, parent: OpenSpan): void {
  const { random } = run.world;
  const kind = random.pick(leafKinds);
  const durationMs = random.whole(2, 60);
  if (kind !== 'llm') {
    const spec: SpanSpec = { kind, name: kind === 'tool' ? random.pick(toolNames) : kind, parent };
    run.step(spec, durationMs, random.chance(0.03) ? { errorType: 'ToolTimeout', errorCode: 'tool.timeout' } : {});
    return;
  }
  const model = random.pick(Object.keys(models) as ModelName[]);
  const { answersAs, provider } = models[model];
  const inputTokens = random.whole(100, 4000);
  const outputTokens = random.whole(10, 900);
  const usage: Usage = { scope: 'leaf', inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  const call = { usage, model: answersAs, provider };
  notePrice(run, run.step({ kind, name: model, parent, requestModel: model }, durationMs, call), call);
}
