export {
  createSimulator,
  createSimulatorTransport,
  type Simulator,
  type SimulatorOptions,
} from './createSimulator.ts';
export {
  createTraffic,
  type EventFeed,
  type Sent,
  type Traffic,
  type TrafficOptions,
  traffic,
} from './createTraffic.ts';
export { type ScenarioName, scenarioNames } from './scenarios/index.ts';
export { createSeededRandom, type SeededRandom } from './seededRandom.ts';
export { DEFAULT_START_AT_MS, type SimulateRunOptions, simulateRun } from './simulateRun.ts';
