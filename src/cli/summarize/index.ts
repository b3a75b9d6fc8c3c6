export { runSummarize } from './runSummarize.ts';
