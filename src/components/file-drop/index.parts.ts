export { FileDropRoot as Root, type FileDropRootProps as RootProps } from './FileDropRoot.tsx';
export { FileDropStatus as Status } from './FileDropStatus.tsx';
export { FileDropTrigger as Trigger } from './FileDropTrigger.tsx';
export { FileDropView as View } from './FileDropView.tsx';
