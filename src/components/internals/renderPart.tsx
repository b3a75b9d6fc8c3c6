'use client';
import {
  type ComponentPropsWithoutRef,
  type CSSProperties,
  cloneElement,
  createElement,
  type ElementType,
  type ReactElement,
  type ReactNode,
  type Ref,
  version,
} from 'react';
import { useCssVars } from './useCssVars.ts';
import { useMergedRefs } from './useMergedRefs.ts';

/** What every part takes beside the DOM props of its element. */
export interface PartProps<State> {
  /** Added to the part's own class; a function is given the part's state. */
  className?: string | ((state: State) => string | undefined) | undefined;
  style?: CSSProperties | ((state: State) => CSSProperties | undefined) | undefined;
  /** Another element in place of the part's own: it is given the part's props and ref. */
  render?:
    | ReactElement<Record<string, unknown> & { readonly style?: CSSProperties | undefined }>
    | ((props: Record<string, unknown>, state: State) => ReactElement)
    | undefined;
}

/** DOM props of `Tag`, with the part props in place of `className` and `style`. */
export type PartPropsOf<Tag extends ElementType, State> = Omit<ComponentPropsWithoutRef<Tag>, 'className' | 'style'> &
  PartProps<State>;

interface OwnProps {
  ref?: Ref<HTMLElement> | undefined;
  className: string;
  children?: ReactNode;
  /** Numbers and lengths as `--sl-*`: set in a layout effect, so that server HTML carries no style attribute. */
  cssVars?: Readonly<Record<`--sl-${string}`, string | number | undefined>> | undefined;
  [prop: string]: unknown;
}

type Handler = (...args: unknown[]) => void;

/** Calls the host's handler first; the part's own stays away when the host prevented the default. */
const chain =
  (theirs: Handler, ours: Handler): Handler =>
  (...args) => {
    theirs(...args);
    const event = args[0] as { defaultPrevented?: boolean } | undefined;
    if (!event?.defaultPrevented) ours(...args);
  };

const dataName = (key: string) => `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** State as `data-*`: `undefined` and `false` are left out, `true` is the empty string. */
function dataOf(state: object): Record<string, string> {
  const data: Record<string, string> = {};
  for (const [key, value] of Object.entries(state)) {
    if (value === undefined || value === false) continue;
    data[dataName(key)] = value === true ? '' : String(value);
  }
  return data;
}

/**
 * The one way a part becomes an element: state to `data-*`, classes joined, handlers chained, ref merged, `render` honoured.
 * A hook: call it unconditionally.
 */
export function useRenderPart<State extends object, Props extends PartProps<State>>(
  tag: keyof React.JSX.IntrinsicElements,
  partProps: Props,
  state: State,
  own: OwnProps,
): ReactElement {
  const { className: theirClass, style, render, ...theirs } = partProps as PartProps<State> & Record<string, unknown>;
  const { ref, className, cssVars, ...ours } = own;
  const varsRef = useCssVars(cssVars);
  const ownRef = useMergedRefs(ref, varsRef);
  const mergedRef = useMergedRefs(ownRef, refOf(render));
  const props: Record<string, unknown> = { ...ours, ...dataOf(state) };
  mergeProps(props, theirs);
  const extraClass = typeof theirClass === 'function' ? theirClass(state) : theirClass;
  props['className'] = extraClass ? `${className} ${extraClass}` : className;
  const ownStyle = typeof style === 'function' ? style(state) : style;
  if (ownStyle) props['style'] = ownStyle;
  props['ref'] = mergedRef;
  if (typeof render === 'function') return render(props, state);
  if (render) {
    const { className: elementClass, style: elementStyle, ref: _merged, ...elementProps } = render.props;
    mergeProps(props, elementProps);
    if (typeof elementClass === 'string') props['className'] = `${String(props['className'])} ${elementClass}`;
    if (elementStyle) props['style'] = { ...(props['style'] as CSSProperties | undefined), ...elementStyle };
    return cloneElement(render, props);
  }
  return createElement(tag, props);
}

/** Theirs win; of two handlers both are called, theirs first. */
function mergeProps(props: Record<string, unknown>, theirs: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(theirs)) {
    if (value === undefined) continue;
    const known = props[key];
    props[key] =
      typeof value === 'function' && typeof known === 'function' && /^on[A-Z]/.test(key)
        ? chain(value as Handler, known as Handler)
        : value;
  }
}

/** The ref of a `render` element: a prop since React 19, beside the props in React 18 (where 19 warns about reading it). */
function refOf(render: PartProps<never>['render']): Ref<HTMLElement> | undefined {
  if (!render || typeof render === 'function') return undefined;
  if (Number.parseInt(version, 10) >= 19) return render.props['ref'] as Ref<HTMLElement> | undefined;
  return (render as unknown as { ref?: Ref<HTMLElement> }).ref;
}
