import { type ReactNode, useEffect } from 'react';
import { Button } from '../components/button.tsx';
import { GivenNumber, PreviousNumber } from '../components/notices-on-screen.tsx';
import { Heading, Screen } from '../components/screen.tsx';
import { useSettled } from '../components/use-moments.ts';
import { useFlow } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import classes from './review.module.css';

/** "Stop all messages to this number?" It is not said whether the number is known here. */
export function StopConfirmScreen({ saving, warned }: { saving: boolean; warned: boolean }) {
  const say = useSay();
  useEscape(warned);
  return (
    <Screen
      name="stop_confirm"
      step={{ at: 2, of: 2 }}
      question={
        <>
          <Heading>{say('stop.confirm')}</Heading>
          <GivenNumber label={say('stop.number')} large>
            <Correct />
          </GivenNumber>
          <p className={classes.text}>{say('stop.consequence')}</p>
        </>
      }
      actions={
        <>
          <LeaveAsItIs />
          <Save>{saving ? say('saving.request') : say('stop.yes')}</Save>
        </>
      }
    />
  );
}

export function ChangeConfirmScreen({ saving, warned }: { saving: boolean; warned: boolean }) {
  const say = useSay();
  useEscape(warned);
  return (
    <Screen
      name="change_confirm"
      step={{ at: 3, of: 3 }}
      question={
        <>
          <Heading>{say('change.confirm')}</Heading>
          <PreviousNumber label={say('change.from')} />
          <GivenNumber label={say('change.to')} large>
            <Correct />
          </GivenNumber>
          <p className={classes.text}>{say('change.consequence')}</p>
        </>
      }
      actions={
        <>
          <LeaveAsItIs />
          <Save>{saving ? say('saving.request') : say('change.yes')}</Save>
        </>
      }
    />
  );
}

/** Stands where "check the number" stood a moment ago. */
function Save({ children }: { children: ReactNode }) {
  const flow = useFlow();
  const settled = useSettled();
  return (
    <Button kind="main" disabled={!settled} onPress={() => flow.send({ type: 'SAVE' })}>
      {children}
    </Button>
  );
}

function Correct() {
  const flow = useFlow();
  const say = useSay();
  return (
    <Button kind="quiet" onPress={() => flow.send({ type: 'BACK' })}>
      {say('common.correct')}
    </Button>
  );
}

function LeaveAsItIs() {
  const flow = useFlow();
  const say = useSay();
  return (
    <Button kind="refuse" onPress={() => flow.send({ type: 'WITHOUT_NUMBER' })}>
      {say('common.leaveAsItIs')}
    </Button>
  );
}

/** Escape goes back, unless it belongs to the idle warning. */
function useEscape(warned: boolean): void {
  const flow = useFlow();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !warned) flow.send({ type: 'BACK' });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [flow, warned]);
}
