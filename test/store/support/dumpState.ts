import { type MonitorState, type RunId, spanKeyOf } from 'spanlight/store';

const withoutRevision = ({ revision, ...rest }: object & { readonly revision?: number }): object => {
  void revision;
  return rest;
};

/** Everything a state says, without what the order of arrival decides: revisions and ties among siblings. */
export function dumpState(state: MonitorState): unknown {
  const { entities } = state;
  const runOf = (runId: RunId) => {
    const run = entities.getRun(runId);
    const spans = [...entities.spansOf(runId)].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
    return {
      run: run && withoutRevision(run),
      spans: spans.map((span) => ({
        ...withoutRevision(span),
        children: [...entities.childSpanIds(spanKeyOf(runId, span.spanId))].sort(),
      })),
      roots: [...entities.rootSpanIds(runId)].sort(),
      lines: (['agent', 'model', 'tool'] as const).map((dimension) =>
        [...entities.chargeLines(runId, dimension)].sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
      ),
      approvals: entities.approvalsOf(runId).map(withoutRevision),
      scores: entities.scoresOf(runId),
    };
  };
  return {
    runIds: state.runIds,
    runs: [...state.runIds].sort().map(runOf),
    pending: state.pendingApprovals.map((approval) => [approval.runId, approval.callId]),
    logLines: state.logLines,
    producers: [...entities.producers],
    alerts: [...entities.alerts.values()].map(withoutRevision),
  };
}
