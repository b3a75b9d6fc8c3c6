'use client';
import { useCallback } from 'react';
import { STAT_RATE_PER_SEC } from '../../hooks/internals/rates.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import { areIdsEqual } from '../../store/selectRunIds.ts';
import type { MonitorState } from '../../store/types.ts';
import { SelectField } from '../internals/SelectField.tsx';
import { useRunListContext } from './RunListContext.ts';

/** Narrows the list to an agent and a model, live and in the history alike. Offers the names that are known so far. */
export function RunListFilters() {
  const { messages } = useMonitorContext();
  const { agentName, modelName, setAgentName, setModelName, history } = useRunListContext();
  const agents = useNames(selectAgentNames);
  const models = useNames(selectModelNames);
  const olderAgents = history.rows.flatMap(({ run }) => run.agentNames);
  const olderModels = history.rows.flatMap(({ modelNames }) => modelNames);
  const words = messages.runList;
  return (
    <div className="sl-run-list__filters">
      <SelectField
        label={words.agentFilter}
        anyLabel={words.anyAgent}
        value={agentName}
        options={namesOf(agents, olderAgents, agentName)}
        onChange={setAgentName}
      />
      <SelectField
        label={words.modelFilter}
        anyLabel={words.anyModel}
        value={modelName}
        options={namesOf(models, olderModels, modelName)}
        onChange={setModelName}
      />
    </div>
  );
}

const useNames = (select: (state: MonitorState) => readonly string[]): readonly string[] =>
  useMonitorSelector(
    useCallback((state: MonitorState) => select(state), [select]),
    { isEqual: areIdsEqual, ratePerSec: STAT_RATE_PER_SEC },
  );

function selectAgentNames({ runIds, entities }: MonitorState): readonly string[] {
  const names = new Set<string>();
  for (const runId of runIds) for (const name of entities.getRun(runId)?.agentNames ?? []) names.add(name);
  return [...names].sort();
}

function selectModelNames({ runIds, entities }: MonitorState): readonly string[] {
  const names = new Set<string>();
  for (const runId of runIds) {
    for (const { name } of entities.chargeLines(runId, 'model')) if (name !== undefined) names.add(name);
  }
  return [...names].sort();
}

const namesOf = (live: readonly string[], older: readonly string[], chosen: string | undefined): readonly string[] =>
  [...new Set([...live, ...older, ...(chosen === undefined ? [] : [chosen])])].sort();
