import { useId } from 'react';
import { type DemoRole, demoRoles } from './session.ts';

const themeChoices = ['auto', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];
const densityChoices = ['auto', 'compact', 'regular', 'touch'] as const;
export type DensityChoice = (typeof densityChoices)[number];

export interface HostBarProps {
  /** `undefined`: the person brought a token, there is nothing to choose. */
  readonly role: DemoRole | undefined;
  readonly onRole: (role: DemoRole) => void;
  readonly theme: ThemeChoice;
  readonly onTheme: (theme: ThemeChoice) => void;
  readonly density: DensityChoice;
  readonly onDensity: (density: DensityChoice) => void;
  /** Takes the token back that the person brought; `undefined` where none was brought. */
  readonly onSignOut: (() => void) | undefined;
}

/** The host's own bar: as whom to look, and how. */
export function HostBar({ role, onRole, theme, onTheme, density, onDensity, onSignOut }: HostBarProps) {
  return (
    <header className="host__bar">
      <h1 className="host__name">Spanlight</h1>
      <div className="host__choices">
        {role && <Choice label="Look as" value={role} values={demoRoles} onChange={onRole} />}
        <Choice label="Theme" value={theme} values={themeChoices} onChange={onTheme} />
        <Choice label="Density" value={density} values={densityChoices} onChange={onDensity} />
        {onSignOut && (
          <button type="button" onClick={onSignOut}>
            Sign out
          </button>
        )}
      </div>
    </header>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly values: readonly T[];
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, values, onChange }: ChoiceProps<T>) {
  const id = useId();
  return (
    <span className="host__choice">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value as T)}>
        {values.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </span>
  );
}
