import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { Region } from '../../shared/phone/plan.ts';
import type { EnteredNumber } from '../flow/context.ts';
import { usePhone } from '../flow/phone.tsx';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { hiddenNumber, numberAsTyped } from '../words/number-form.ts';
import { useSay } from '../words/words.tsx';
import { Button } from './button.tsx';
import classes from './notices-on-screen.module.css';

interface About {
  readonly label: string;
  readonly large?: boolean;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

/** The number that was typed last, shown back before anything is done with it. */
export function GivenNumber(about: About) {
  const accepted = useKnown((context) => context.accepted);
  const typed = useKnown((context) => context.typed);
  const region = useKnown((context) => context.region);
  return accepted === null ? null : <Shown {...about} entered={{ typed, region, accepted }} />;
}

/** The old number, where a new one takes its place. */
export function PreviousNumber(about: About) {
  const previous = useKnown((context) => context.previous);
  return previous === null ? null : <Shown {...about} entered={previous} />;
}

/** Whole, in the form in which it was typed; of a hidden one only how it ends. */
function Shown({ label, large = false, entered, children }: About & { entered: EnteredNumber }) {
  const flow = useFlow();
  const say = useSay();
  const phone = usePhone();
  const { locale } = useIntl();
  const home = useKnown((context) => context.configuration.country);
  const hidden = useKnown((context) => context.numberHidden);
  const number = numberAsTyped(phone, entered);
  const { shown, ending } = hiddenNumber(number);
  // Without its country's code a number from elsewhere looks like one from here.
  const elsewhere = entered.region !== home && !number.startsWith('+');
  const country = elsewhere ? ` (${phone?.regionName(entered.region as Region, locale) ?? entered.region})` : '';
  return (
    <div className={`${classes.shown} ${large ? classes.large : ''}`}>
      <div>
        <p className={classes.label}>{label + country}</p>
        <p className={classes.number}>
          {hidden && <span className="visually-hidden">{say('number.endsIn', { ending })}</span>}
          <bdi dir="ltr" aria-hidden={hidden}>
            {hidden ? shown : number}
          </bdi>
        </p>
      </div>
      <div className={classes.buttons}>
        {hidden && (
          <Button kind="quiet" onPress={() => flow.send({ type: 'SHOW_NUMBER' })}>
            {say('number.show')}
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}
