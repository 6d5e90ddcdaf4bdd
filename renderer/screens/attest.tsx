import { useRef } from 'react';
import type { Attestation } from '../../shared/record/body.ts';
import { Button } from '../components/button.tsx';
import { Keypad } from '../components/keypad.tsx';
import { Heading, Screen } from '../components/screen.tsx';
import { useCountdown } from '../components/use-countdown.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import classes from './attest.module.css';
import { useInSight } from './use-in-sight.ts';
import { useTyping } from './use-typing.ts';

/** For a member of staff, or the manager as long as staff have no PIN: it opens nothing but the guardian's way to the number. */
export function AttestScreen({ attestsWith, warned }: { attestsWith: Attestation; warned: boolean }) {
  const flow = useFlow();
  const say = useSay();
  const field = useRef<HTMLParagraphElement>(null);
  const typed = useKnown((context) => context.pin.length);
  const problem = useKnown((context) => context.pinProblem);
  const note = useInSight<HTMLParagraphElement>(problem);
  useTyping(flow, !warned, field, 'BACK');
  return (
    <Screen
      name="attest"
      question={
        <>
          <Heading>{say('attest.title')}</Heading>
          <p>{say(attestsWith === 'staff_pin' ? 'attest.text' : 'attest.textManager')}</p>
          <p ref={field} className={classes.dots} role="img" aria-label={say('pin.typed', { count: typed })} dir="ltr">
            {'•'.repeat(typed)}
          </p>
          <p ref={note} className={classes.problem} role="alert">
            {problem?.kind === 'wait' && <Wait key={problem.since} seconds={problem.seconds} />}
            {problem?.kind === 'wrong' && say('pin.wrong')}
            {problem?.kind === 'failed' && say('pin.failed')}
          </p>
        </>
      }
      actions={
        <>
          <Button kind="refuse" onPress={() => flow.send({ type: 'BACK' })}>
            {say('attest.back')}
          </Button>
          <Button kind="main" onPress={() => flow.send({ type: 'CONTINUE' })}>
            {say('attest.confirm')}
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

function Wait({ seconds }: { seconds: number }) {
  const say = useSay();
  return <>{say('pin.wait', { seconds: useCountdown(seconds) })}</>;
}
