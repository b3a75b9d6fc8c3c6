'use client';
import { forwardRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Toolbar } from '../internals/Toolbar.tsx';
import * as FileDrop from './index.parts.ts';

export interface FileDropPrefabProps extends FileDrop.RootProps {
  /** `false` leaves the button out, where a host has `FileDrop.Trigger` elsewhere inside. */
  readonly hasTrigger?: boolean | undefined;
}

/** A zone around parts, e.g. the dashboard: a trace file that is dropped on it or chosen is shown in them, with no server. */
export const FileDropPrefab = forwardRef<HTMLDivElement, FileDropPrefabProps>(function FileDropPrefab(
  { children, hasTrigger = true, ...rootProps },
  ref,
) {
  const { messages } = useMonitorContext();
  return (
    <FileDrop.Root ref={ref} {...rootProps}>
      {hasTrigger ? (
        <Toolbar label={messages.file.label} className="sl-file-drop__bar">
          <FileDrop.Trigger size="s" variant="ghost" />
        </Toolbar>
      ) : null}
      <FileDrop.Status />
      <FileDrop.View>{children}</FileDrop.View>
    </FileDrop.Root>
  );
});
