import { useState } from 'react';
import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useSay } from '../words/words.tsx';
import card from './card.module.css';
import classes from './reset.module.css';

/** The way out of head office's fleet, and why it is not open while a record is only here. */
export function Reset({ bridge, unsent, onReset }: { bridge: CountersignBridge; unsent: number; onReset: () => void }) {
  const say = useSay();
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const reset = async () => {
    setAsking(false);
    const result = await bridge.resetKiosk();
    if (result.ok) return onReset();
    const { code, details } = result.error;
    const refused = code === 'reset_refused_unsent';
    const count = Number(details.unsent ?? unsent);
    setRefusal(refused ? say('manager.reset.refused', { count }) : say('manager.reset.failed', { code }));
  };
  return (
    <section className={card.card}>
      <div className={card.row}>
        <p className={card.soft}>{say('manager.reset.lead')}</p>
        <Button onPress={() => setAsking(true)}>{say('manager.reset')}</Button>
      </div>
      <p className={card.refusal} role="alert">
        {refusal}
      </p>
      {asking && <ResetDialog onConfirm={() => void reset()} onKeep={() => setAsking(false)} />}
    </section>
  );
}

/** What a reset does, and the way back first. */
function ResetDialog({ onConfirm, onKeep }: { onConfirm: () => void; onKeep: () => void }) {
  const say = useSay();
  return (
    <Dialog name="reset" title={say('manager.reset.title')} size="window" role="alertdialog" onClose={onKeep}>
      <div className={classes.reset}>
        <h2>{say('manager.reset.title')}</h2>
        <p>{say('manager.reset.text')}</p>
        <div className={classes.actions}>
          <Button kind="refuse" onPress={onKeep}>
            {say('manager.reset.keep')}
          </Button>
          <Button onPress={onConfirm}>{say('manager.reset.confirm')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
