import { lazy, type Ref, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import type { Region } from '../../shared/phone/plan.ts';
import { asksForTexts } from '../flow/draft.ts';
import { usePhone } from '../flow/phone.tsx';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { Button } from '../parts/button.tsx';
import { Keypad } from '../parts/keypad.tsx';
import { Heading, Screen } from '../parts/screen.tsx';
import { refusalText } from '../words/refusal.ts';
import { useSay } from '../words/words.tsx';
import classes from './number.module.css';
import { useAfterPaint } from './use-after-paint.ts';
import { useTyping } from './use-typing.ts';

const CountryPicker = lazy(() => import('./country-picker.tsx'));

export function NumberScreen({ warned }: { warned: boolean }) {
  const flow = useFlow();
  const say = useSay();
  const [choosing, setChoosing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useTyping(flow, !choosing && !warned, field);
  /** Also after the country was chosen: Enter has to mean "continue" again. */
  useEffect(() => {
    if (!choosing) field.current?.focus();
  }, [choosing]);
  return (
    <Screen
      name="number"
      step={1}
      question={
        <>
          <Heading takesFocus={false}>{say('number.question')}</Heading>
          <Explanation />
          <div className={classes.entry}>
            <CountryButton onPress={() => setChoosing(true)} />
            <NumberField ref={field} />
            <Reason />
          </div>
        </>
      }
      actions={
        <>
          <Button kind="refuse" onPress={() => flow.send({ type: 'WITHOUT_NUMBER' })}>
            {say('common.withoutNumber')}
          </Button>
          <Button kind="main" onPress={() => flow.send({ type: 'CONTINUE' })}>
            {say('number.next')}
          </Button>
        </>
      }
    >
      <Keypad
        withPlus
        onKey={(key) => flow.send({ type: 'KEY', key })}
        onDelete={() => flow.send({ type: 'DELETE' })}
      />
      {choosing && (
        <Suspense>
          <CountryPicker onClose={() => setChoosing(false)} />
        </Suspense>
      )}
    </Screen>
  );
}

function Explanation() {
  const words = useKnown((context) => context.configuration.words);
  const language = useKnown((context) => context.language);
  return <p className={classes.explanation}>{words.find((each) => each.language === language)?.explanation}</p>;
}

function CountryButton({ onPress }: { onPress: () => void }) {
  const say = useSay();
  const phone = usePhone();
  const { locale } = useIntl();
  const region = useKnown((context) => context.region) as Region;
  const country = phone?.regionName(region, locale) ?? region;
  const code = useMemo(
    () => phone?.regions().find((each) => each.region === region)?.callingCode ?? '',
    [phone, region],
  );
  return (
    <button type="button" className={classes.country} aria-haspopup="dialog" onClick={onPress}>
      <span className="visually-hidden">{say('country.button')}</span>
      <span>{country}</span>
      <bdi className={classes.code} dir="ltr">
        {code === '' ? '' : `+${code}`}
      </bdi>
      <svg className={classes.chevron} viewBox="0 0 20 12" aria-hidden="true">
        <path d="m2 2 8 8 8-8" />
      </svg>
    </button>
  );
}

/** From this many characters on the number is set smaller, so that the longest one still stands on one line. */
const longNumber = 15;

/** The only part that a key press draws again. Formatting 20 digits takes a fiftieth of a millisecond. */
function NumberField({ ref }: { ref: Ref<HTMLInputElement> }) {
  const say = useSay();
  const phone = usePhone();
  const typed = useKnown((context) => context.typed);
  const region = useKnown((context) => context.region) as Region;
  const refused = useKnown((context) => context.refusal !== null);
  const shown = phone?.formatAsYouType(typed, region) ?? typed;
  return (
    <div className={classes.field} data-long={shown.length > longNumber || undefined}>
      {/* Read-only for the browser, so that no keyboard of the system slides over the keypad: the flow takes the keys. */}
      <input
        ref={ref}
        className={classes.number}
        dir="ltr"
        readOnly
        inputMode="none"
        autoComplete="off"
        aria-label={say('number.field')}
        aria-invalid={refused}
        aria-describedby="reason"
        value={shown}
      />
      <span className={classes.mirror} dir="ltr" aria-hidden="true">
        {shown}
      </span>
    </div>
  );
}

/** Why the number does not do: while typing only what no further digit can mend, and everything once it was submitted. */
function Reason() {
  const say = useSay();
  const phone = usePhone();
  const { locale } = useIntl();
  const typed = useAfterPaint(useKnown((context) => context.typed));
  const region = useAfterPaint(useKnown((context) => context.region)) as Region;
  const submitted = useKnown((context) => context.refusal);
  const configuration = useKnown((context) => context.configuration);
  const live = useMemo(
    () => phone?.judgeNumber(typed, region, { textsNeeded: asksForTexts(configuration) }),
    [phone, typed, region, configuration],
  );
  const problem = submitted ?? (live?.kind === 'refused' ? live : null);
  const name = (each: string) => phone?.regionName(each as Region, locale) ?? each;
  return (
    <p className={classes.reason} id="reason" role="status">
      {problem !== null && <span className={classes.problem}>{refusalText(problem, say, name)}</span>}
    </p>
  );
}
