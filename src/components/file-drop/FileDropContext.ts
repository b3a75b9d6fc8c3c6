'use client';
import { createContext, useContext } from 'react';
import type { TraceFileControl } from '../../hooks/useTraceFile.ts';
import { MonitorError } from '../../model/errors.ts';

export const FileDropContext = createContext<TraceFileControl | undefined>(undefined);

/** @throws {MonitorError} `components.no-file-drop` outside of `FileDrop.Root` */
export function useFileDropContext(): TraceFileControl {
  const context = useContext(FileDropContext);
  if (context) return context;
  throw new MonitorError('components.no-file-drop', {
    happened: 'A part of FileDrop was rendered outside of FileDrop.Root.',
    follows: 'It does not know which file is open.',
    todo: 'Put <FileDrop.Root> around it.',
  });
}
