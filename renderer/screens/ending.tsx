import type { ReactNode } from 'react';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { Button } from '../parts/button.tsx';
import { Heading } from '../parts/screen.tsx';
import { useCountdown } from '../parts/use-countdown.ts';
import { useSay } from '../words/words.tsx';
import classes from './ending.module.css';

/** What stays on the goodbye screens; the flow keeps them at most this long. */
const goodbyeSeconds = 8;

/** The same words for every number: whether it was known here is nobody's business. */
export function StopSavedScreen() {
  const say = useSay();
  const code = useKnown((context) => context.receiptCode);
  const seconds = useKnown((context) => context.configuration.timeouts.savedSeconds);
  return (
    <Ending name="stop_saved" seconds={seconds}>
      <Tick />
      <Heading>{say('stopSaved.title')}</Heading>
      <p className={classes.sentence}>{say('stopSaved.text')}</p>
      <div className={classes.receipt}>
        <p className={classes.label}>{say('saved.code')}</p>
        <p className={classes.code}>
          <bdi dir="ltr">{code}</bdi>
        </p>
        <p className={classes.label}>{say('stopSaved.keep')}</p>
      </div>
    </Ending>
  );
}

/** Refusing is as easy as agreeing, and is thanked as warmly. */
export function GoodbyeScreen() {
  const say = useSay();
  const giving = useKnown((context) => context.task === 'give');
  return (
    <Ending name="goodbye" seconds={useGoodbyeSeconds()}>
      <Heading>{say('goodbye.title')}</Heading>
      <p className={classes.sentence}>{giving ? say('goodbye.text') : say('goodbye.unchanged')}</p>
    </Ending>
  );
}

/** Below the threshold, and nobody to agree for the child. */
export function TooYoungScreen() {
  const say = useSay();
  return (
    <Ending name="too_young" seconds={useGoodbyeSeconds()}>
      <Heading>{say('tooYoung.title')}</Heading>
      <p className={classes.sentence}>{say('tooYoung.text')}</p>
    </Ending>
  );
}

function useGoodbyeSeconds(): number {
  return useKnown((context) => Math.min(context.configuration.timeouts.savedSeconds, goodbyeSeconds));
}

export function Tick() {
  return (
    <svg className={classes.tick} viewBox="0 0 120 120" aria-hidden="true">
      <circle cx="60" cy="60" r="54" />
      <path d="m34 62 18 18 35-42" />
    </svg>
  );
}

function Ending({ name, seconds, children }: { name: string; seconds: number; children: ReactNode }) {
  return (
    <main className={classes.screen} data-screen={name}>
      <div className={classes.column}>
        {children}
        <Finish seconds={seconds} />
      </div>
    </main>
  );
}

/** The way back to the start, by hand or by itself. */
export function Finish({ seconds, children }: { seconds: number; children?: ReactNode }) {
  const flow = useFlow();
  const say = useSay();
  const left = useCountdown(seconds);
  return (
    <div className={classes.finish}>
      <div className={classes.buttons}>
        <Button onPress={() => flow.send({ type: 'FINISH' })}>{say('saved.finish')}</Button>
        {children}
      </div>
      <p className={classes.countdown} role="timer" aria-live="off">
        {say('saved.countdown', { seconds: left })}
      </p>
    </div>
  );
}
