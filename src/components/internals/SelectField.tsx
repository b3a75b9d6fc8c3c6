'use client';

export interface SelectFieldProps {
  readonly label: string;
  /** The first option: no choice. */
  readonly anyLabel: string;
  readonly value: string | undefined;
  readonly options: readonly string[];
  readonly onChange: (value: string | undefined) => void;
}

/** A native select that narrows a list; what is chosen shows as set. Sets `data-set`. */
export function SelectField({ label, anyLabel, value, options, onChange }: SelectFieldProps) {
  return (
    <select
      className="sl-select"
      aria-label={label}
      data-set={value === undefined ? undefined : ''}
      value={value === undefined ? '' : `=${value}`}
      onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value.slice(1))}
    >
      <option value="">{anyLabel}</option>
      {options.map((option) => (
        <option key={option} value={`=${option}`}>
          {option}
        </option>
      ))}
    </select>
  );
}
