import type { ReactNode } from 'react';
import classes from './button.module.css';

/**
 * `main` is the step forward and `refuse` the way without a number: the same size and weight, both solid. `plain` is
 * everything else, `quiet` what stands inside a sentence.
 */
export function Button({
  kind = 'plain',
  label,
  pressed,
  disabled,
  onPress,
  children,
}: {
  kind?: 'main' | 'refuse' | 'plain' | 'quiet';
  /** The accessible name, where the visible text is not enough. */
  label?: string;
  /** For a button that stays down. */
  pressed?: boolean;
  /** For a moment only: nothing is greyed out. */
  disabled?: boolean;
  onPress: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={`${classes.button} ${classes[kind]}`}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
