import { useRef } from 'react';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { Button } from '../parts/button.tsx';
import { Keypad } from '../parts/keypad.tsx';
import { Heading, Screen } from '../parts/screen.tsx';
import { useCountdown } from '../parts/use-countdown.ts';
import { useSay } from '../words/words.tsx';
import classes from './confirm.module.css';
import { Slots } from './slots.tsx';
import { useInSight } from './use-in-sight.ts';
import { useTyping } from './use-typing.ts';

/** Saved, and now a code shows that the phone is the customer's. Never a must: "later" is as large as "confirm". */
export function ConfirmScreen({
  sending,
  checking,
  spent,
  warned,
}: {
  /** A code is on its way to the server that sends it. */
  sending: boolean;
  checking: boolean;
  /** No tries left. */
  spent: boolean;
  warned: boolean;
}) {
  const sent = useKnown((context) => context.codeSent !== null);
  if (!sent) return <Sending />;
  if (spent) return <Spent />;
  return <TypeCode sending={sending} checking={checking} warned={warned} />;
}

function Sending() {
  const say = useSay();
  return (
    <Screen
      name="confirm"
      question={
        <>
          <Heading>{say('confirm.savedTitle')}</Heading>
          <p className={classes.text} role="status">
            {say('confirm.sending')}
          </p>
        </>
      }
      actions={<Later />}
    />
  );
}

function TypeCode({ sending, checking, warned }: { sending: boolean; checking: boolean; warned: boolean }) {
  const flow = useFlow();
  const say = useSay();
  const field = useRef<HTMLDivElement>(null);
  const code = useKnown((context) => context.code);
  const digits = useKnown((context) => context.codeSent?.digits ?? 0);
  const problem = useKnown((context) => context.codeProblem);
  useTyping(flow, !warned, field, 'LATER');
  return (
    <Screen
      name="confirm"
      question={
        <>
          <Heading>{say('confirm.title')}</Heading>
          <p className={classes.lead}>{say('confirm.lead')}</p>
          <Slots ref={field} label={say('confirm.field')} value={code} length={digits} wrong={problem !== null} />
          <Tries />
          <div className={classes.resend}>
            {sending ? <p role="status">{say('confirm.resending')}</p> : <Resend kind="quiet" />}
          </div>
        </>
      }
      actions={
        <>
          <Later />
          <Button kind="main" onPress={() => flow.send({ type: 'CONTINUE' })}>
            {checking ? say('confirm.checking') : say('confirm.check')}
          </Button>
        </>
      }
    >
      <Keypad
        withPlus={false}
        onKey={(key) => flow.send({ type: 'KEY', key })}
        onDelete={() => flow.send({ type: 'DELETE' })}
      />
    </Screen>
  );
}

/** What is wrong, and always how many tries are left. */
function Tries() {
  const say = useSay();
  const problem = useKnown((context) => context.codeProblem);
  const digits = useKnown((context) => context.codeSent?.digits ?? 0);
  const tries = useKnown((context) => context.codeSent?.triesLeft ?? 0);
  const note = useInSight<HTMLParagraphElement>(problem);
  return (
    <p ref={note} className={classes.tries} id="slots-note" role="status">
      {problem === 'wrong' && <strong>{say('confirm.wrong')} </strong>}
      {problem === 'short' && <strong>{say('confirm.short', { digits })} </strong>}
      {problem === 'unreachable' && <strong>{say('confirm.unreachable')} </strong>}
      {problem === 'not_sent' && <strong>{say('confirm.notSent')} </strong>}
      <span>{say('confirm.tries', { tries })}</span>
    </p>
  );
}

function Spent() {
  const say = useSay();
  const problem = useKnown((context) => context.codeProblem);
  return (
    <Screen
      name="confirm"
      question={
        <>
          <Heading>{say('confirm.spentTitle')}</Heading>
          <p className={classes.text} role="alert">
            {problem === 'not_sent' ? say('confirm.notSent') : say('confirm.spent')}
          </p>
        </>
      }
      actions={
        <>
          <Later />
          <Resend kind="main" />
        </>
      }
    />
  );
}

function Later() {
  const flow = useFlow();
  const say = useSay();
  return (
    <Button kind="refuse" onPress={() => flow.send({ type: 'LATER' })}>
      {say('confirm.later')}
    </Button>
  );
}

function Resend({ kind }: { kind: 'main' | 'quiet' }) {
  const resendAt = useKnown((context) => context.codeSent?.resendAt ?? 0);
  return <ResendAt key={resendAt} at={resendAt} kind={kind} />;
}

/** Always the same button, so that the focus stays on it when the wait is over. */
function ResendAt({ at, kind }: { at: number; kind: 'main' | 'quiet' }) {
  const flow = useFlow();
  const say = useSay();
  const seconds = useCountdown(Math.max(0, Math.ceil((at - performance.now()) / 1000)));
  return (
    <Button kind={kind} waiting={seconds > 0} onPress={() => flow.send({ type: 'RESEND' })}>
      <span>
        {say('confirm.resend')} {/* Not in the name, which speech output would say again with every second. */}
        {seconds > 0 && <span aria-hidden="true">{say('confirm.resendIn', { seconds })}</span>}
      </span>
    </Button>
  );
}
