'use client';
import { forwardRef } from 'react';
import { Icon } from './icons/Icon.tsx';
import type { IconName } from './icons/iconPaths.tsx';
import { type PartPropsOf, useRenderPart } from './renderPart.tsx';
import { tip } from './tip.ts';

export interface ButtonState {
  readonly variant: 'plain' | 'primary' | 'danger' | 'ghost';
  readonly size: 's' | 'm';
}

export interface ButtonProps extends PartPropsOf<'button', ButtonState> {
  readonly variant?: ButtonState['variant'] | undefined;
  readonly size?: ButtonState['size'] | undefined;
  readonly icon?: IconName | undefined;
  /** Off, but still found by keyboard and reader, with the reason as its description. */
  readonly disabledReason?: string | undefined;
}

/** A button of the parts. Sets `data-variant`, `data-size`. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(props, ref) {
  const { variant = 'plain', size = 'm', icon, disabledReason, children, onClick, ...partProps } = props;
  const isOff = disabledReason !== undefined;
  return useRenderPart(
    'button',
    { ...partProps, onClick: isOff ? undefined : onClick },
    { variant, size },
    {
      ref,
      type: 'button',
      className: 'sl-button',
      'aria-disabled': isOff || undefined,
      ...(isOff ? { 'aria-description': disabledReason, ...tip(disabledReason) } : {}),
      children: (
        <>
          {icon ? <Icon name={icon} size="s" /> : null}
          {children}
        </>
      ),
    },
  );
});

export interface IconButtonProps
  extends Omit<PartPropsOf<'button', { readonly pressed?: boolean | undefined }>, 'children'> {
  readonly icon: IconName;
  /** Says what it does, to readers and as a tooltip. */
  readonly label: string;
  readonly pressed?: boolean | undefined;
  /** Nothing to do now; it can still have the focus, which would else be lost when its own click turns it off. */
  readonly isOff?: boolean | undefined;
}

/** A square button with a drawing only. Sets `data-pressed`. */
export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(props, ref) {
  const { icon, label, pressed, isOff, onClick, ...partProps } = props;
  return useRenderPart(
    'button',
    { ...partProps, onClick: isOff ? undefined : onClick },
    { pressed },
    {
      ref,
      type: 'button',
      className: 'sl-icon-button',
      'aria-label': label,
      'aria-pressed': pressed,
      'aria-disabled': isOff || undefined,
      ...tip(label),
      children: <Icon name={icon} />,
    },
  );
});
