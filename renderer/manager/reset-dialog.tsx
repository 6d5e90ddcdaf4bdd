import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useSay } from '../words/words.tsx';
import classes from './manager.module.css';

/** The second step of a reset: what it does, and the way back first. */
export function ResetDialog({ onConfirm, onKeep }: { onConfirm: () => void; onKeep: () => void }) {
  const say = useSay();
  return (
    <Dialog name="reset" title={say('manager.reset.title')} size="window" role="alertdialog" onClose={onKeep}>
      <div className={classes.reset}>
        <h2>{say('manager.reset.title')}</h2>
        <p>{say('manager.reset.text')}</p>
        <div className={classes.resetActions}>
          <Button kind="refuse" onPress={onKeep}>
            {say('manager.reset.keep')}
          </Button>
          <Button onPress={onConfirm}>{say('manager.reset.confirm')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
