/** What the demo hands to the process of its agents. */
export const agentsEnv = {
  modelUrl: 'SPANLIGHT_DEMO_MODEL_URL',
  seed: 'SPANLIGHT_DEMO_SEED',
  pace: 'SPANLIGHT_DEMO_PACE',
} as const;
