export { type ScenarioName, scenarioNames } from './scenarios/index.ts';
export { DEFAULT_START_AT_MS, type SimulateRunOptions, simulateRun } from './simulateRun.ts';
