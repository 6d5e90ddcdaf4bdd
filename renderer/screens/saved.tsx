import { lazy, Suspense } from 'react';
import { Boundary } from '../components/boundary.tsx';
import { Button } from '../components/button.tsx';
import { Screen } from '../components/screen.tsx';
import { useFailures } from '../failures.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import { Done, Finish, Receipt } from './ending.tsx';
import classes from './saved.module.css';

const QrCode = lazy(() => import('../components/qr-code.tsx'));

/** Durable: the main process has answered. By now this screen knows only the receipt and whether the number is confirmed. */
export function SavedScreen() {
  const flow = useFlow();
  const say = useSay();
  const changed = useKnown((context) => context.task === 'change');
  const seconds = useKnown((context) => context.configuration.timeouts.savedSeconds);
  const extensions = useKnown((context) => context.extensions);
  const url = useKnown((context) => context.manageUrl);
  return (
    <Screen
      name="saved"
      question={<Done>{changed ? say('saved.changeTitle') : say('saved.title')}</Done>}
      further={
        <>
          <Confirmation />
          <p>{say('saved.forgets')}</p>
          <p>{say('saved.stop')}</p>
        </>
      }
      actions={
        <Finish key={extensions} seconds={seconds}>
          <Button kind="other" onPress={() => flow.send({ type: 'STAY' })}>
            {say('saved.more')}
          </Button>
        </Finish>
      }
    >
      <Receipt>{url === null ? <p className={classes.label}>{say('saved.keep')}</p> : <Manage url={url} />}</Receipt>
    </Screen>
  );
}

/** The one sentence in the colour of success: what has been reached, or what comes next. */
function Confirmation() {
  const say = useSay();
  const confirmation = useKnown((context) => context.confirmation);
  const changed = useKnown((context) => context.task === 'change');
  if (confirmation === 'not_needed') return null;
  // Said aloud when it changes: the answer about a code may come when the customer is already here.
  if (confirmation === 'confirmed') {
    return (
      <p className={classes.state} role="status">
        {say('saved.confirmed')}
      </p>
    );
  }
  if (confirmation === 'may_be_asked') return <p role="status">{say('saved.mayBeAsked')}</p>;
  return (
    <p className={classes.state} role="status" data-confirmation="pending">
      {changed ? say('saved.changePending') : say('saved.pending')}
    </p>
  );
}

/** The customer's own page at head office. */
function Manage({ url }: { url: string }) {
  const say = useSay();
  const failures = useFailures();
  return (
    // The receipt's code is there all the same.
    <Boundary
      fallback={<p className={classes.label}>{say('saved.keep')}</p>}
      onFailure={(error) => failures.bearable('part', error)}
    >
      <div className={classes.qr}>
        <Suspense>
          <QrCode text={url} label={say('saved.qr')} />
        </Suspense>
      </div>
      <p className={classes.label}>
        {say('saved.scan')}{' '}
        <strong className={classes.host} dir="ltr">
          {new URL(url).host}
        </strong>
      </p>
    </Boundary>
  );
}
