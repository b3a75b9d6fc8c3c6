'use client';
import { forwardRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Icon } from './icons/Icon.tsx';

export interface SearchFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly placeholder?: string | undefined;
  /** E.g. "3 matches". */
  readonly result?: string | undefined;
  /** The key that leads here, shown while the field is empty. */
  readonly keyHint?: string | undefined;
  /** Enter goes on to the next match, Shift+Enter to the one before. */
  readonly onStep?: ((step: 1 | -1) => void) | undefined;
  readonly className?: string | undefined;
}

/** A search box with its own clear button; Esc clears it first, then lets the key go on. */
export const SearchField = forwardRef<HTMLInputElement, SearchFieldProps>(function SearchField(props, ref) {
  const { value, onChange, label, placeholder, result, keyHint, onStep, className } = props;
  const { messages } = useMonitorContext();
  return (
    <div className={className ? `sl-search ${className}` : 'sl-search'}>
      <Icon name="search" />
      <input
        ref={ref}
        type="text"
        role="searchbox"
        className="sl-search__input"
        aria-label={label}
        aria-keyshortcuts={keyHint}
        placeholder={placeholder ?? label}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && onStep) {
            event.preventDefault();
            onStep(event.shiftKey ? -1 : 1);
          }
          if (event.key !== 'Escape' || value === '') return;
          event.preventDefault();
          event.stopPropagation();
          onChange('');
        }}
      />
      {result ? <span className="sl-search__result">{result}</span> : null}
      {keyHint && value === '' ? (
        <kbd className="sl-kbd" aria-hidden="true">
          {keyHint}
        </kbd>
      ) : null}
      {value === '' ? null : (
        <button
          type="button"
          className="sl-search__clear"
          aria-label={messages.common.clearSearch}
          onClick={({ currentTarget }) => {
            currentTarget.parentElement?.querySelector('input')?.focus(); // the button goes with what it clears
            onChange('');
          }}
        >
          <Icon name="close" size="s" />
        </button>
      )}
    </div>
  );
});
