export { ConnectionStatusActions as Actions, ConnectionStatusDetails as Details } from './ConnectionStatusDetails.tsx';
export {
  ConnectionStatusDegraded as Degraded,
  ConnectionStatusFacts as Facts,
  ConnectionStatusMark as Mark,
  ConnectionStatusWord as Word,
} from './ConnectionStatusMark.tsx';
export { ConnectionStatusRoot as Root, type ConnectionStatusRootProps as RootProps } from './ConnectionStatusRoot.tsx';
export {
  ConnectionStatusTrigger as Trigger,
  type ConnectionStatusTriggerProps as TriggerProps,
} from './ConnectionStatusTrigger.tsx';
