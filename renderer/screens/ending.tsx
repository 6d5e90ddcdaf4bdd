import type { ReactNode } from 'react';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { Button } from '../parts/button.tsx';
import { Heading } from '../parts/screen.tsx';
import { useCountdown } from '../parts/use-countdown.ts';
import { useSay } from '../words/words.tsx';
import classes from './ending.module.css';

/** What stays on the goodbye screen; the flow keeps it at most this long. */
const goodbyeSeconds = 8;

/** Durable: the main process has answered. By now this screen knows only the receipt code. */
export function SavedScreen() {
  const say = useSay();
  const code = useKnown((context) => context.receiptCode);
  const seconds = useKnown((context) => context.configuration.timeouts.savedSeconds);
  return (
    <Ending name="saved" seconds={seconds}>
      <svg className={classes.tick} viewBox="0 0 120 120" aria-hidden="true">
        <circle cx="60" cy="60" r="54" />
        <path d="m34 62 18 18 35-42" />
      </svg>
      <Heading>{say('saved.title')}</Heading>
      <p className={classes.sentence}>{say('saved.forgets')}</p>
      <div className={classes.receipt}>
        <p className={classes.label}>{say('saved.code')}</p>
        <p className={classes.code}>
          <bdi dir="ltr">{code}</bdi>
        </p>
        <p className={classes.label}>{say('saved.keep')}</p>
      </div>
    </Ending>
  );
}

/** Refusing is as easy as agreeing, and is thanked as warmly. */
export function GoodbyeScreen() {
  const say = useSay();
  const seconds = useKnown((context) => Math.min(context.configuration.timeouts.savedSeconds, goodbyeSeconds));
  return (
    <Ending name="goodbye" seconds={seconds}>
      <Heading>{say('goodbye.title')}</Heading>
      <p className={classes.sentence}>{say('goodbye.text')}</p>
    </Ending>
  );
}

function Ending({ name, seconds, children }: { name: string; seconds: number; children: ReactNode }) {
  const flow = useFlow();
  const say = useSay();
  const left = useCountdown(seconds);
  return (
    <main className={classes.screen} data-screen={name}>
      <div className={classes.column}>
        {children}
        <div className={classes.finish}>
          <Button onPress={() => flow.send({ type: 'FINISH' })}>{say('saved.finish')}</Button>
          <p className={classes.countdown} role="timer" aria-live="off">
            {say('saved.countdown', { seconds: left })}
          </p>
        </div>
      </div>
    </main>
  );
}
