'use client';
import { type DragEvent, forwardRef, useRef, useState } from 'react';
import type { TraceFileSource } from '../../hooks/internals/traceFileSession.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useTraceFile } from '../../hooks/useTraceFile.ts';
import { Icon } from '../internals/icons/Icon.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { FileDropContext } from './FileDropContext.ts';

export interface FileDropRootState {
  readonly state: 'idle' | 'reading' | 'open' | 'failed';
  /** A file is held over it. */
  readonly over: boolean;
}

export interface FileDropRootProps extends PartPropsOf<'div', FileDropRootState>, TraceFileSource {}

const hasFiles = (event: DragEvent<HTMLElement>) => event.dataTransfer.types.includes('Files');

/** The zone that takes a dropped file. Sets `data-state` (idle, reading, open, failed), `data-over`. */
export const FileDropRoot = forwardRef<HTMLDivElement, FileDropRootProps>(function FileDropRoot(
  { loadReader, loadPrices, limits, children, ...partProps },
  ref,
) {
  const control = useTraceFile({ loadReader, loadPrices, limits });
  const [isOver, setIsOver] = useState(false);
  /** Enter and leave come for each element inside: only the sum tells. */
  const depth = useRef(0);
  const move = (step: number) => {
    depth.current = Math.max(0, depth.current + step);
    setIsOver(depth.current > 0);
  };
  return useRenderPart(
    'div',
    partProps,
    { state: control.state.phase, over: isOver },
    {
      ref: ref as React.Ref<HTMLElement>,
      className: 'sl-file-drop',
      onDragEnter: (event: DragEvent<HTMLElement>) => {
        if (hasFiles(event)) move(1);
      },
      onDragLeave: (event: DragEvent<HTMLElement>) => {
        if (hasFiles(event)) move(-1);
      },
      onDragOver: (event: DragEvent<HTMLElement>) => {
        if (hasFiles(event)) event.preventDefault(); // else the browser leaves the page for the file
      },
      onDrop: (event: DragEvent<HTMLElement>) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setIsOver(false);
        const file = event.dataTransfer.files[0];
        if (file) control.open(file);
      },
      children: (
        <FileDropContext.Provider value={control}>
          {children}
          {isOver ? <DropHint /> : null}
        </FileDropContext.Provider>
      ),
    },
  );
});

function DropHint() {
  const { messages } = useMonitorContext();
  return (
    <div className="sl-file-drop__hint">
      <Icon name="download" size="l" />
      <p className="sl-file-drop__hint-title">{messages.file.dropHere}</p>
      <p className="sl-file-drop__hint-text">{messages.file.dropHint}</p>
    </div>
  );
}
