export { runConvert } from './runConvert.ts';
