import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useCountdown } from '../components/use-countdown.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import classes from './idle.module.css';

/** Nobody touched the screen for a while. The flow wipes everything at the end of the countdown, whatever happens here. */
export function IdleWarning() {
  const flow = useFlow();
  const say = useSay();
  const seconds = useKnown((context) => context.configuration.timeouts.idleCountdownSeconds);
  const left = useCountdown(seconds);
  const saved = useKnown((context) => context.receiptCode !== '');
  const stay = () => flow.send({ type: 'STAY' });
  return (
    <Dialog name="idle_warning" title={say('idle.title')} size="window" role="alertdialog" onClose={stay}>
      <div className={classes.warning}>
        <h2 className={classes.title}>{say('idle.title')}</h2>
        <p className={classes.text} role="timer" aria-live="off">
          {say(saved ? 'idle.textSaved' : 'idle.text', { seconds: left })}
        </p>
        <progress className={classes.bar} max={seconds} value={left} aria-label={say('idle.title')} />
        <div className={classes.actions}>
          <Button kind={saved ? 'other' : 'refuse'} onPress={() => flow.send({ type: 'LEAVE' })}>
            {say(saved ? 'saved.finish' : 'idle.leave')}
          </Button>
          <Button kind="main" firstFocus onPress={stay}>
            {say('idle.stay')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
