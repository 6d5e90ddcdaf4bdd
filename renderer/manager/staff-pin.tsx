import { useState } from 'react';
import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
import { isPin, pinLength } from '../../shared/pin.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Keypad } from '../components/keypad.tsx';
import { useSay } from '../words/words.tsx';
import card from './card.module.css';
import classes from './pin.module.css';
import { usePinTyping } from './use-pin-typing.ts';

/** The PIN with which staff vouch for a guardian, so that they need not know the manager's. */
export function StaffPin({
  bridge,
  isSet,
  onChange,
}: {
  bridge: CountersignBridge;
  isSet: boolean;
  onChange: () => void;
}) {
  const say = useSay();
  const [typing, setTyping] = useState(false);
  const leave = () => setTyping(false);
  return (
    <section className={card.card}>
      <div className={card.row}>
        <h2>{say('staffPin.title')}</h2>
        <Button onPress={() => setTyping(true)}>{say(isSet ? 'staffPin.change' : 'staffPin.set')}</Button>
      </div>
      <p className={card.soft}>{say(isSet ? 'staffPin.isSet' : 'staffPin.none')}</p>
      {typing && (
        <NewPinDialog
          bridge={bridge}
          onLeave={leave}
          onSaved={() => {
            leave();
            onChange();
          }}
        />
      )}
    </section>
  );
}

/** Typed twice, because nobody sees what they type. */
function NewPinDialog({
  bridge,
  onSaved,
  onLeave,
}: {
  bridge: CountersignBridge;
  onSaved: () => void;
  onLeave: () => void;
}) {
  const say = useSay();
  const [first, setFirst] = useState<string | null>(null);
  const [refusal, setRefusal] = useState('');
  const next = async (pin: string) => {
    clear();
    setRefusal('');
    if (first === null) {
      if (isPin(pin)) setFirst(pin);
      else setRefusal(say('setup.error.pin', pinLength));
      return;
    }
    setFirst(null);
    if (pin !== first) return setRefusal(say('staffPin.differ'));
    const result = await bridge.setStaffPin(pin);
    if (result.ok) return onSaved();
    const { code } = result.error;
    setRefusal(code === 'pins_equal' ? say('staffPin.equal') : say('staffPin.failed', { code }));
  };
  const { pin, add, remove, clear } = usePinTyping({ onEnter: (typed) => void next(typed), onLeave });
  const title = say(first === null ? 'staffPin.new' : 'staffPin.again');
  return (
    <Dialog name="staff_pin" title={title} size="whole" onClose={onLeave}>
      <div className={classes.screen}>
        <section className={classes.words}>
          <h2 className={classes.title} tabIndex={-1} data-first-focus="">
            {title}
          </h2>
          <p className={classes.lead}>{say('staffPin.lead', pinLength)}</p>
          <p className={classes.dots} role="img" aria-label={say('pin.typed', { count: pin.length })} dir="ltr">
            {'•'.repeat(pin.length)}
          </p>
          <p className={classes.refusal} role="alert">
            {refusal}
          </p>
        </section>
        <section className={classes.pad}>
          <Keypad withPlus={false} onKey={add} onDelete={remove} />
        </section>
        <footer className={classes.actions}>
          <Button kind="refuse" onPress={onLeave}>
            {say('common.leaveAsItIs')}
          </Button>
          <Button kind="main" onPress={() => void next(pin)}>
            {say(first === null ? 'staffPin.next' : 'staffPin.save')}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
