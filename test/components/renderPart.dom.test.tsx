import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRef, forwardRef, useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { type PartPropsOf, useRenderPart } from '../../src/components/internals/renderPart.tsx';

interface State {
  readonly isBusy: boolean;
  readonly status?: string | undefined;
}
type Props = PartPropsOf<'button', State> & {
  readonly state?: State;
  readonly width?: string | undefined;
  readonly onOwn?: () => void;
};

const Part = forwardRef<HTMLButtonElement, Props>(function Part(
  { state = { isBusy: false }, width, onOwn, ...props },
  ref,
) {
  return useRenderPart('button', props, state, {
    ref,
    className: 'sl-part',
    type: 'button',
    'aria-label': 'part',
    onClick: onOwn,
    cssVars: width === undefined ? undefined : { '--sl-w': width },
  });
});
const part = () => screen.getByLabelText('part');

describe('a part', () => {
  it('shows its state as data attributes and leaves out what is not so', () => {
    const { rerender } = render(<Part state={{ isBusy: true, status: 'error' }} />);
    expect(part()).toHaveAttribute('data-is-busy', '');
    expect(part()).toHaveAttribute('data-status', 'error');
    rerender(<Part state={{ isBusy: false, status: undefined }} />);
    expect(part()).not.toHaveAttribute('data-is-busy');
    expect(part()).not.toHaveAttribute('data-status');
  });

  it('adds class and style of the host, as values or as functions of the state', () => {
    const { rerender } = render(<Part className="mine" style={{ color: 'red' }} />);
    expect(part()).toHaveClass('sl-part', 'mine');
    expect(part()).toHaveStyle({ color: 'rgb(255, 0, 0)' });
    rerender(<Part state={{ isBusy: true }} className={(state) => (state.isBusy ? 'busy' : undefined)} />);
    expect(part()).toHaveClass('sl-part', 'busy');
  });

  it('calls the handler of the host first; it may keep the own one away', async () => {
    const calls: string[] = [];
    const { rerender } = render(<Part onClick={() => calls.push('host')} onOwn={() => calls.push('own')} />);
    await userEvent.click(part());
    expect(calls).toEqual(['host', 'own']);
    rerender(<Part onClick={(event) => event.preventDefault()} onOwn={() => calls.push('never')} />);
    await userEvent.click(part());
    expect(calls).toEqual(['host', 'own']);
  });

  it('becomes another element, with class, ref and handlers of both', async () => {
    const own = createRef<HTMLButtonElement>();
    const theirs = createRef<HTMLAnchorElement>();
    const onOwn = vi.fn<() => void>();
    const onTheirs = vi.fn<() => void>();
    render(
      <Part
        ref={own}
        state={{ isBusy: true }}
        onOwn={onOwn}
        // biome-ignore lint/a11y: an element of the host
        render={
          <a ref={theirs} className="link" href="#x" onClick={onTheirs}>
            theirs
          </a>
        }
      />,
    );
    expect(part().tagName).toBe('A');
    expect(part()).toHaveClass('sl-part', 'link');
    expect(part()).toHaveAttribute('data-is-busy');
    expect(own.current).toBe(part());
    expect(theirs.current).toBe(part());
    await userEvent.click(part());
    expect(onTheirs).toHaveBeenCalledOnce();
    expect(onOwn).toHaveBeenCalledOnce();
  });

  it('is rendered by a function of the host, which is given props and state', () => {
    render(<Part state={{ isBusy: true }} render={(props, state) => <i {...props}>{String(state.isBusy)}</i>} />);
    expect(part().tagName).toBe('I');
    expect(part()).toHaveTextContent('true');
  });

  it('sets numbers as custom properties and takes them back', () => {
    const { rerender } = render(<Part width="40%" />);
    expect(part().style.getPropertyValue('--sl-w')).toBe('40%');
    rerender(<Part width="50%" />);
    expect(part().style.getPropertyValue('--sl-w')).toBe('50%');
    rerender(<Part />);
    expect(part().style.getPropertyValue('--sl-w')).toBe('');
  });

  it('sets them anew on an element that came in place of the old one', async () => {
    function Swap() {
      const [isLink, setIsLink] = useState(false);
      return (
        <>
          <Part width="40%" render={isLink ? <span /> : undefined} />
          <button type="button" onClick={() => setIsLink(true)}>
            swap
          </button>
        </>
      );
    }
    render(<Swap />);
    await userEvent.click(screen.getByText('swap'));
    expect(part().tagName).toBe('SPAN');
    expect(part().style.getPropertyValue('--sl-w')).toBe('40%');
  });
});
