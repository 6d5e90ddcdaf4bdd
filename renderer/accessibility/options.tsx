import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { useSay } from '../words/words.tsx';
import classes from './panel.module.css';

/** One thing that can be set, in plain words, with its buttons beside it. */
export function Option({
  name,
  label,
  why,
  children,
}: {
  name: string;
  label: string;
  why?: string;
  children?: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's semantics and a min-content size.
    <div className={classes.option} role="group" aria-labelledby={`help-${name}`}>
      <div className={classes.words}>
        <p className={classes.label} id={`help-${name}`}>
          {label}
        </p>
        {why !== undefined && <p className={classes.why}>{why}</p>}
      </div>
      <div className={classes.buttons}>{children}</div>
    </div>
  );
}

/** On or off, in words: the look of a pressed button is not enough. */
export function Switch({
  name,
  label,
  why,
  on,
  onPress,
}: {
  name: string;
  label: string;
  why: string;
  on: boolean;
  onPress: () => void;
}) {
  const say = useSay();
  return (
    <Option name={name} label={label} why={why}>
      <Button label={label} pressed={on} onPress={onPress}>
        {say(on ? 'help.on' : 'help.off')}
      </Button>
    </Option>
  );
}
