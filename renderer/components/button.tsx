import type { ReactNode } from 'react';
import classes from './button.module.css';

/**
 * `main` is the step forward and `refuse` the way without a number: the same size and weight, both solid. `other` is as
 * large, where neither is meant. `plain` is everything else, `quiet` what stands inside a sentence.
 */
export function Button({
  kind = 'plain',
  label,
  pressed,
  disabled,
  waiting,
  firstFocus,
  onPress,
  children,
}: {
  kind?: 'main' | 'refuse' | 'other' | 'plain' | 'quiet';
  /** The accessible name, where the visible text is not enough. */
  label?: string;
  /** For a button that stays down. */
  pressed?: boolean;
  /** For a moment only: nothing is greyed out. */
  disabled?: boolean;
  /** Shown, and there for the focus, but not yet to be pressed. */
  waiting?: boolean;
  /** Where the focus of a window begins. */
  firstFocus?: boolean;
  onPress: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={`${classes.button} ${classes[kind]}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-disabled={waiting}
      disabled={disabled}
      data-first-focus={firstFocus ? '' : undefined}
      onClick={waiting ? undefined : onPress}
    >
      {children}
    </button>
  );
}
