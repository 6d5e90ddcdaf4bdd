import { type Ref, useEffect, useRef } from 'react';
import classes from './slots.module.css';

/** A code, digit by digit in its places. The field itself is for the focus and for speech; what is seen is drawn beside it. */
export function Slots({
  ref,
  label,
  value,
  length,
  wrong,
}: {
  ref: Ref<HTMLInputElement>;
  label: string;
  value: string;
  length: number;
  wrong: boolean;
}) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.querySelector('input')?.focus(), []);
  const places = Array.from({ length }, (_, at) => at);
  return (
    <div ref={frame} className={classes.slots} dir="ltr">
      <input
        ref={ref}
        className={classes.field}
        readOnly
        inputMode="none"
        autoComplete="off"
        aria-label={label}
        aria-invalid={wrong}
        aria-describedby="slots-note"
        value={value}
      />
      {places.map((at) => (
        <span key={at} className={classes.place} data-next={at === value.length || undefined} aria-hidden="true">
          {value[at] ?? ''}
        </span>
      ))}
    </div>
  );
}
