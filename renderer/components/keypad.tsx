import { useIntl } from 'react-intl';
import { useSay } from '../words/words.tsx';
import { useFingerPress } from './finger-press.ts';
import classes from './keypad.module.css';

const rows = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * Twelve buttons in telephone order, left to right in every language.
 */
export function Keypad({
  withPlus,
  onKey,
  onDelete,
}: {
  withPlus: boolean;
  onKey: (key: string) => void;
  onDelete: () => void;
}) {
  const say = useSay();
  const { locale } = useIntl();
  const press = useFingerPress();
  const local = new Intl.NumberFormat(locale, { useGrouping: false });
  const digit = (key: string) => (
    <button key={key} type="button" className={classes.key} {...press(() => onKey(key))}>
      {key}
      {local.format(Number(key)) !== key && (
        <span className={classes.local} aria-hidden="true">
          {local.format(Number(key))}
        </span>
      )}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's semantics and a min-content size.
    <div className={classes.keypad} data-part="keypad" dir="ltr" role="group" aria-label={say('number.keypad')}>
      {rows.map(digit)}
      {withPlus ? (
        <button type="button" className={classes.key} aria-label={say('common.plus')} {...press(() => onKey('+'))}>
          +
        </button>
      ) : (
        <span />
      )}
      {digit('0')}
      <button type="button" className={classes.key} aria-label={say('number.delete')} {...press(onDelete)}>
        <svg className={classes.icon} viewBox="0 0 40 28" aria-hidden="true">
          <path d="M13 2h22a3 3 0 0 1 3 3v18a3 3 0 0 1-3 3H13L2 14Z" />
          <path d="m18 9 10 10m0-10L18 19" />
        </svg>
      </button>
    </div>
  );
}
