import { lazy, type Ref, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { type Countries, takenFor } from '../../shared/phone/countries.ts';
import type { Region } from '../../shared/phone/plan.ts';
import { Button } from '../components/button.tsx';
import { Keypad } from '../components/keypad.tsx';
import { PreviousNumber } from '../components/notices-on-screen.tsx';
import { Heading, Screen, type Step } from '../components/screen.tsx';
import { type NumberScreenName, wantedFor, wordsIn } from '../flow/notices-on-screen.ts';
import { usePhone } from '../flow/phone.tsx';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { hiddenNumber } from '../words/number-form.ts';
import { refusalText } from '../words/refusal.ts';
import { type MessageId, useSay } from '../words/words.tsx';
import classes from './number.module.css';
import { useAfterPaint } from './use-after-paint.ts';
import { useShownCountry } from './use-shown-country.ts';
import { useTyping } from './use-typing.ts';

const CountryPicker = lazy(() => import('./country-picker.tsx'));

interface NumberWords {
  readonly question: MessageId;
  /** Null where the shop's own words stand. */
  readonly explanation: MessageId | null;
  readonly next: MessageId;
  readonly away: MessageId;
}

const wordsOf: Readonly<Record<NumberScreenName, NumberWords>> = {
  number: { question: 'number.question', explanation: null, next: 'number.next', away: 'common.withoutNumber' },
  stop_number: {
    question: 'stop.question',
    explanation: 'stop.explanation',
    next: 'stop.next',
    away: 'common.leaveAsItIs',
  },
  old_number: {
    question: 'change.old',
    explanation: 'change.oldExplanation',
    next: 'change.next',
    away: 'common.leaveAsItIs',
  },
  new_number: {
    question: 'change.new',
    explanation: 'change.newExplanation',
    next: 'change.check',
    away: 'common.leaveAsItIs',
  },
};

/** A number is typed: the customer's own, one that is to get no more messages, the old one or the new one. */
export function NumberScreen({ screen, warned }: { screen: NumberScreenName; warned: boolean }) {
  const flow = useFlow();
  const say = useSay();
  const [choosing, setChoosing] = useState(false);
  const field = useRef<HTMLDivElement>(null);
  const words = wordsOf[screen];
  const countries = useCountries(screen);
  const step = useStep(screen);
  useTyping(flow, !choosing && !warned, field, 'WITHOUT_NUMBER');
  /** Also after the country was chosen: Enter has to mean "continue" again. */
  useEffect(() => {
    if (!choosing) field.current?.focus();
  }, [choosing]);
  return (
    <Screen
      name={screen}
      step={step}
      question={
        <>
          <Heading takesFocus={false}>{say(words.question)}</Heading>
          <Explanation text={words.explanation} />
          {screen === 'new_number' && <OldNumber />}
          <div className={classes.entry}>
            <CountryButton onPress={() => setChoosing(true)} />
            <NumberField ref={field} covered={warned} />
            <Reason screen={screen} />
          </div>
        </>
      }
      actions={
        <>
          <Button kind="refuse" onPress={() => flow.send({ type: 'WITHOUT_NUMBER' })}>
            {say(words.away)}
          </Button>
          <Button kind="main" onPress={() => flow.send({ type: 'CONTINUE' })}>
            {say(words.next)}
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
          <CountryPicker countries={countries} onClose={() => setChoosing(false)} />
        </Suspense>
      )}
    </Screen>
  );
}

const stepOf = { number: 1, stop_number: 1, old_number: 1, new_number: 2 };
const stepsOf = { number: 2, stop_number: 2, old_number: 3, new_number: 3 };

function useStep(screen: NumberScreenName): Step {
  const asked = useKnown((context) => context.configuration.age !== null);
  const before = screen === 'number' && asked ? 1 : 0;
  return { at: stepOf[screen] + before, of: stepsOf[screen] + before };
}

/** Whose numbers this screen takes. */
function useCountries(screen: NumberScreenName): Countries {
  const configuration = useKnown((context) => context.configuration);
  return useMemo(() => takenFor(wantedFor(screen, configuration), configuration.countries), [screen, configuration]);
}

function Explanation({ text }: { text: MessageId | null }) {
  const say = useSay();
  const shopWords = useKnown((context) => wordsIn(context.configuration, context.language)?.explanation);
  const guardian = useKnown((context) => context.age === 'below');
  return (
    <p className={classes.explanation}>
      {guardian && <strong>{say('guardian.number')} </strong>}
      {text === null ? shopWords : say(text)}
    </p>
  );
}

function OldNumber() {
  const flow = useFlow();
  const say = useSay();
  return (
    <PreviousNumber label={say('change.from')}>
      <Button kind="quiet" onPress={() => flow.send({ type: 'BACK' })}>
        {say('common.correct')}
      </Button>
    </PreviousNumber>
  );
}

function CountryButton({ onPress }: { onPress: () => void }) {
  const say = useSay();
  const phone = usePhone();
  const { locale } = useIntl();
  const region = useShownCountry();
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

/**
 * The only part that a key press draws again. Formatting 20 digits takes a fiftieth of a millisecond. The flow takes the keys, so it
 * need not be an input: what stands in one can be selected, and so copied to a clipboard that outlives the wipe.
 */
function NumberField({
  ref,
  covered,
}: {
  ref: Ref<HTMLDivElement>;
  /** The idle warning lies over the screen: people standing by need not read the number under it. */
  covered: boolean;
}) {
  const say = useSay();
  const phone = usePhone();
  const typed = useKnown((context) => context.typed);
  const region = useKnown((context) => context.region) as Region;
  const refused = useKnown((context) => context.refusal !== null);
  const formatted = phone?.formatAsYouType(typed, region) ?? typed;
  const shown = covered ? hiddenNumber(formatted).shown : formatted;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input could be copied from.
    <div
      ref={ref}
      className={classes.field}
      data-long={shown.length > longNumber || undefined}
      dir="ltr"
      role="textbox"
      tabIndex={0}
      aria-readonly="true"
      aria-label={say('number.field')}
      aria-invalid={refused}
      aria-describedby="reason"
    >
      {shown}
    </div>
  );
}

/** Why the number does not do: while typing only what no further digit can mend, and everything once it was submitted. */
function Reason({ screen }: { screen: NumberScreenName }) {
  const say = useSay();
  const phone = usePhone();
  const { locale, formatList } = useIntl();
  const typed = useAfterPaint(useKnown((context) => context.typed));
  const region = useAfterPaint(useKnown((context) => context.region)) as Region;
  const submitted = useKnown((context) => context.refusal);
  const configuration = useKnown((context) => context.configuration);
  const live = useMemo(
    () =>
      phone?.judgeNumber(typed, region, { use: wantedFor(screen, configuration), countries: configuration.countries }),
    [phone, typed, region, screen, configuration],
  );
  const problem = submitted ?? (live?.kind === 'refused' ? live : null);
  const reason = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // In large text on a small screen it begins below the edge of what scrolls.
    if (submitted !== null) reason.current?.scrollIntoView({ block: 'nearest' });
  }, [submitted]);
  const names = (each: readonly string[]) =>
    formatList(each.map((one) => phone?.regionName(one as Region, locale) ?? one));
  return (
    <p ref={reason} className={classes.reason} id="reason" role="status">
      {problem !== null && (
        <span className={classes.problem}>
          {problem.kind === 'empty' && screen !== 'number'
            ? say('refusal.emptyRequest')
            : refusalText(problem, say, names)}
        </span>
      )}
    </p>
  );
}
