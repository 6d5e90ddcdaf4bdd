import { type RefObject, useRef } from 'react';
import { Button } from '../components/button.tsx';
import { Keypad } from '../components/keypad.tsx';
import { Heading, Screen } from '../components/screen.tsx';
import { Slots } from '../components/slots.tsx';
import { useCountdown } from '../components/use-countdown.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import classes from './confirm.module.css';
import { useInSight } from './use-in-sight.ts';
import { useTyping } from './use-typing.ts';

/**
 * Saved, and now a code shows that the phone is the customer's. Never a must: "later" is as large as "confirm". Whatever
 * becomes of the code, this is one screen with one "later": a tap counts too if the answer comes between finger down and
 * finger up, and what has changed is announced as news.
 */
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
  const flow = useFlow();
  const say = useSay();
  const field = useRef<HTMLDivElement>(null);
  const sent = useKnown((context) => context.codeSent !== null);
  useTyping(flow, !warned, field, 'LATER');
  return (
    <Screen
      name="confirm"
      step="optional"
      question={
        <>
          <Heading>{say(spent ? 'confirm.spentTitle' : sent ? 'confirm.title' : 'confirm.savedTitle')}</Heading>
          <Lead sent={sent} spent={spent} />
          {sent && !spent && <Code ref={field} sending={sending} />}
        </>
      }
      actions={
        <>
          <Button kind="refuse" onPress={() => flow.send({ type: 'LATER' })}>
            {say('confirm.later')}
          </Button>
          {spent ? (
            <Resend kind="main" />
          ) : (
            <Button kind="main" waiting={!sent} onPress={() => flow.send({ type: 'CONTINUE' })}>
              {say(checking ? 'confirm.checking' : 'confirm.check')}
            </Button>
          )}
        </>
      }
    >
      {spent ? undefined : (
        <Keypad
          withPlus={false}
          onKey={(key) => flow.send({ type: 'KEY', key })}
          onDelete={() => flow.send({ type: 'DELETE' })}
        />
      )}
    </Screen>
  );
}

/** How it stands with the code, for the ear too. */
function Lead({ sent, spent }: { sent: boolean; spent: boolean }) {
  const say = useSay();
  const unsent = useKnown((context) => context.codeProblem === 'not_sent');
  const words = spent ? (unsent ? 'confirm.notSent' : 'confirm.spent') : sent ? 'confirm.lead' : 'confirm.sending';
  return (
    <p className={sent && !spent ? classes.lead : classes.text} role="status">
      {say(words)}
    </p>
  );
}

function Code({ ref, sending }: { ref: RefObject<HTMLDivElement | null>; sending: boolean }) {
  const flow = useFlow();
  const say = useSay();
  const code = useKnown((context) => context.code);
  const digits = useKnown((context) => context.codeSent?.digits ?? 0);
  const problem = useKnown((context) => context.codeProblem);
  return (
    <>
      <Slots ref={ref} label={say('confirm.field')} value={code} length={digits} wrong={problem !== null} />
      <Tries />
      <div className={classes.resend}>
        {sending ? <p role="status">{say('confirm.resending')}</p> : <Resend kind="quiet" />}
        <Button kind="quiet" onPress={() => flow.send({ type: 'LEAVE' })}>
          {say('confirm.startAgain')}
        </Button>
      </div>
    </>
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
