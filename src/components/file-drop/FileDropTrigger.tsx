'use client';
import { forwardRef, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button, type ButtonProps } from '../internals/Button.tsx';
import { useFileDropContext } from './FileDropContext.ts';

/** The button that chooses a file: what can be dropped can be chosen, too. */
export const FileDropTrigger = forwardRef<HTMLButtonElement, Omit<ButtonProps, 'onClick'>>(function FileDropTrigger(
  { children, ...props },
  ref,
) {
  const { messages } = useMonitorContext();
  const { open } = useFileDropContext();
  const inputRef = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button ref={ref} icon="file" {...props} onClick={() => inputRef.current?.click()}>
        {children ?? messages.file.choose}
      </Button>
      <input
        ref={inputRef}
        type="file"
        hidden
        aria-label={messages.file.choose}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          currentTarget.value = ''; // the same file may be chosen again
          if (file) open(file);
        }}
      />
    </>
  );
});
