import { type RefObject, useEffect } from 'react';
import classes from './slots.module.css';

/** A code, digit by digit in its places. No input, for the reason that the number's field has (number.tsx). */
export function Slots({
  ref,
  label,
  value,
  length,
  wrong,
}: {
  ref: RefObject<HTMLDivElement | null>;
  label: string;
  value: string;
  length: number;
  wrong: boolean;
}) {
  useEffect(() => ref.current?.focus(), [ref]);
  const places = Array.from({ length }, (_, at) => at);
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input could be copied from.
    <div
      ref={ref}
      className={classes.slots}
      dir="ltr"
      role="textbox"
      tabIndex={0}
      aria-readonly="true"
      aria-label={label}
      aria-invalid={wrong}
      aria-describedby="slots-note"
    >
      {places.map((at) => (
        <span key={at} className={classes.place} data-next={at === value.length || undefined}>
          {value[at] ?? ''}
        </span>
      ))}
    </div>
  );
}
