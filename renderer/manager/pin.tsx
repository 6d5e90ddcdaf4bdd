import { useRef, useState } from 'react';
import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
import { Button } from '../components/button.tsx';
import { Keypad } from '../components/keypad.tsx';
import { Heading } from '../components/screen.tsx';
import { useCountdown } from '../components/use-countdown.ts';
import { useSay } from '../words/words.tsx';
import classes from './pin.module.css';
import { usePinTyping } from './use-pin-typing.ts';

type Refusal = { readonly kind: 'wrong' | 'failed' } | { readonly kind: 'wait'; readonly seconds: number };

export function PinScreen({
  bridge,
  onUnlocked,
  onLeave,
}: {
  bridge: CountersignBridge;
  onUnlocked: () => void;
  onLeave: () => void;
}) {
  const say = useSay();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const checking = useRef(false);

  const unlock = async (typed: string) => {
    if (checking.current || typed === '') return;
    checking.current = true;
    const result = await bridge.unlockManager(typed);
    checking.current = false;
    clear();
    if (!result.ok) setRefusal({ kind: 'failed' });
    else if (result.value.unlocked) onUnlocked();
    else if (result.value.waitSeconds > 0) setRefusal({ kind: 'wait', seconds: Math.ceil(result.value.waitSeconds) });
    else setRefusal({ kind: 'wrong' });
  };
  const { pin, add, remove, clear } = usePinTyping({ onEnter: (typed) => void unlock(typed), onLeave });

  return (
    <main className={classes.screen} data-screen="pin">
      <section className={classes.words}>
        <Heading>{say('pin.title')}</Heading>
        <p className={classes.lead}>{say('pin.lead')}</p>
        <p className={classes.dots} role="img" aria-label={say('pin.typed', { count: pin.length })} dir="ltr">
          {'•'.repeat(pin.length)}
        </p>
        <p className={classes.refusal} role="alert">
          {refusal?.kind === 'wait' && <Wait key={refusal.seconds} seconds={refusal.seconds} />}
          {refusal?.kind === 'wrong' && say('pin.wrong')}
          {refusal?.kind === 'failed' && say('pin.failed')}
        </p>
      </section>
      <section className={classes.pad}>
        <Keypad withPlus={false} onKey={add} onDelete={remove} />
      </section>
      <footer className={classes.actions}>
        <Button kind="refuse" onPress={onLeave}>
          {say('pin.leave')}
        </Button>
        <Button kind="main" onPress={() => void unlock(pin)}>
          {say('pin.unlock')}
        </Button>
      </footer>
    </main>
  );
}

function Wait({ seconds }: { seconds: number }) {
  const say = useSay();
  return <>{say('pin.wait', { seconds: useCountdown(seconds) })}</>;
}
