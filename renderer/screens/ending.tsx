import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { Heading, Screen } from '../components/screen.tsx';
import { useCountdown } from '../components/use-countdown.ts';
import { goodbyeSeconds } from '../flow/setup.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import classes from './ending.module.css';

/** The same words for every number: whether it was known here is nobody's business. */
export function StopSavedScreen() {
  const say = useSay();
  const seconds = useKnown((context) => context.configuration.timeouts.savedSeconds);
  return (
    <Screen
      name="stop_saved"
      question={<Done>{say('stopSaved.title')}</Done>}
      further={<p className={classes.sentence}>{say('stopSaved.text')}</p>}
      actions={<Finish seconds={seconds} />}
    >
      <Receipt>
        <p className={classes.label}>{say('stopSaved.keep')}</p>
      </Receipt>
    </Screen>
  );
}

/** Refusing is as easy as agreeing, and is thanked as warmly. */
export function GoodbyeScreen() {
  const say = useSay();
  const giving = useKnown((context) => context.task === 'give');
  return (
    <Goodbye name="goodbye" title={say('goodbye.title')} text={say(giving ? 'goodbye.text' : 'goodbye.unchanged')} />
  );
}

/** Below the threshold, and nobody to agree for the child. */
export function TooYoungScreen() {
  const say = useSay();
  return <Goodbye name="too_young" title={say('tooYoung.title')} text={say('tooYoung.text')} />;
}

function Goodbye({ name, title, text }: { name: string; title: string; text: string }) {
  const seconds = useKnown(goodbyeSeconds);
  return (
    <Screen
      name={name}
      question={
        <>
          <Heading>{title}</Heading>
          <p className={classes.sentence}>{text}</p>
        </>
      }
      actions={<Finish seconds={seconds} />}
    />
  );
}

/** The heading of what is saved, with a tick that draws itself. */
export function Done({ children }: { children: ReactNode }) {
  return (
    <div className={classes.done}>
      <svg className={classes.tick} viewBox="0 0 120 120" aria-hidden="true">
        <circle cx="60" cy="60" r="54" />
        <path d="m34 62 18 18 35-42" />
      </svg>
      <Heading>{children}</Heading>
    </div>
  );
}

/** The code that finds the record at head office, and what else is good for taking along. */
export function Receipt({ children }: { children: ReactNode }) {
  const say = useSay();
  const code = useKnown((context) => context.receiptCode);
  return (
    <div className={classes.receipt}>
      <div>
        <p className={classes.label}>{say('saved.code')}</p>
        <p className={classes.code}>
          <bdi dir="ltr">{code}</bdi>
        </p>
      </div>
      {children}
    </div>
  );
}

/** The way back to the start, by hand or by itself. */
export function Finish({ seconds, children }: { seconds: number; children?: ReactNode }) {
  const flow = useFlow();
  const say = useSay();
  const left = useCountdown(seconds);
  return (
    <>
      <p className={classes.countdown} role="timer" aria-live="off">
        {say('saved.countdown', { seconds: left })}
      </p>
      {children}
      <Button kind="main" onPress={() => flow.send({ type: 'FINISH' })}>
        {say('saved.finish')}
      </Button>
    </>
  );
}
