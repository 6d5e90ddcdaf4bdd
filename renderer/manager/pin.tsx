import { useCallback, useEffect, useRef, useState } from 'react';
import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
import { pinLength } from '../../shared/pin.ts';
import { Button } from '../parts/button.tsx';
import { Keypad } from '../parts/keypad.tsx';
import { Heading } from '../parts/screen.tsx';
import { useCountdown } from '../parts/use-countdown.ts';
import { useSay } from '../words/words.tsx';
import classes from './pin.module.css';

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
  const [pin, setPin] = useState('');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const checking = useRef(false);
  const add = useCallback((digit: string) => setPin((before) => (before + digit).slice(0, pinLength.most)), []);
  const remove = useCallback(() => setPin((before) => before.slice(0, -1)), []);

  const unlock = useCallback(async () => {
    if (checking.current || pin === '') return;
    checking.current = true;
    const result = await bridge.unlockManager(pin);
    checking.current = false;
    setPin('');
    if (!result.ok) setRefusal({ kind: 'failed' });
    else if (result.value.unlocked) onUnlocked();
    else if (result.value.waitSeconds > 0) setRefusal({ kind: 'wait', seconds: Math.ceil(result.value.waitSeconds) });
    else setRefusal({ kind: 'wrong' });
  }, [bridge, pin, onUnlocked]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (/^[0-9]$/.test(event.key)) add(event.key);
      else if (event.key === 'Backspace') remove();
      else if (event.key === 'Escape') onLeave();
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) void unlock();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [add, remove, unlock, onLeave]);

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
        <Button kind="main" onPress={() => void unlock()}>
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
