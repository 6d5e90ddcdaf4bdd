import type { ReactNode } from 'react';
import classes from './shown.module.css';

/** A number shown back, whole, before anything is done with it. */
export function Shown({
  label,
  number,
  large = false,
  children,
}: {
  label: string;
  number: string;
  large?: boolean;
  /** What can be done about it. */
  children?: ReactNode;
}) {
  return (
    <div className={`${classes.shown} ${large ? classes.large : ''}`}>
      <div>
        <p className={classes.label}>{label}</p>
        <p className={classes.number}>
          <bdi dir="ltr">{number}</bdi>
        </p>
      </div>
      {children}
    </div>
  );
}
