import { useState } from 'react';
import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useSay } from '../words/words.tsx';
import card from './card.module.css';
import classes from './reset.module.css';

/** The way back to an empty kiosk: not open while a record is only here, unless it can no longer go to head office. */
export function Reset({ bridge, unsent, onReset }: { bridge: CountersignBridge; unsent: number; onReset: () => void }) {
  const say = useSay();
  const [asking, setAsking] = useState<'reset' | 'discard' | null>(null);
  /** How many records exist nowhere else. */
  const [lost, setLost] = useState(0);
  const [refusal, setRefusal] = useState<string | null>(null);
  const reset = async (discard: boolean) => {
    setAsking(null);
    const result = await bridge.resetKiosk(discard);
    if (result.ok) return onReset();
    const { code, details } = result.error;
    if (code !== 'reset_refused_unsent') return setRefusal(say('manager.reset.failed', { code }));
    const count = Number(details.unsent ?? unsent);
    setLost(count);
    if (details.mayDiscard === true) setAsking('discard');
    else setRefusal(say('manager.reset.refused', { count }));
  };
  return (
    <section className={card.card}>
      <div className={card.row}>
        <p className={card.soft}>{say('manager.reset.lead')}</p>
        <Button onPress={() => setAsking('reset')}>{say('manager.reset')}</Button>
      </div>
      <p className={card.refusal} role="alert">
        {refusal}
      </p>
      {asking === 'reset' && (
        <ResetDialog
          name="reset"
          title={say('manager.reset.title')}
          text={say('manager.reset.text')}
          confirm={say('manager.reset.confirm')}
          onConfirm={() => void reset(false)}
          onKeep={() => setAsking(null)}
        />
      )}
      {asking === 'discard' && (
        <ResetDialog
          name="reset_discard"
          title={say('manager.discard.title', { count: lost })}
          text={say('manager.discard.text')}
          confirm={say('manager.discard.confirm', { count: lost })}
          onConfirm={() => void reset(true)}
          onKeep={() => setAsking(null)}
        />
      )}
    </section>
  );
}

/** What is about to be deleted, and the way back first. */
function ResetDialog({
  name,
  title,
  text,
  confirm,
  onConfirm,
  onKeep,
}: {
  name: string;
  title: string;
  text: string;
  confirm: string;
  onConfirm: () => void;
  onKeep: () => void;
}) {
  const say = useSay();
  return (
    <Dialog name={name} title={title} size="window" role="alertdialog" onClose={onKeep}>
      <div className={classes.reset}>
        <h2>{title}</h2>
        <p>{text}</p>
        <div className={classes.actions}>
          <Button kind="refuse" onPress={onKeep}>
            {say('manager.reset.keep')}
          </Button>
          <Button onPress={onConfirm}>{confirm}</Button>
        </div>
      </div>
    </Dialog>
  );
}
