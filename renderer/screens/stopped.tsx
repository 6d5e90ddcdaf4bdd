import { Heading } from '../components/screen.tsx';
import { useSay } from '../words/words.tsx';
import classes from './notice.module.css';

/** Capture is not possible. Said plainly, with what to do instead. */
export function StoppedScreen({ reason }: { reason: string }) {
  const say = useSay();
  return (
    <main className={classes.screen} data-screen="stopped">
      <div className={classes.column}>
        <svg className={classes.sign} viewBox="0 0 120 120" aria-hidden="true">
          <circle cx="60" cy="60" r="54" />
          <path d="M24 60h72" />
        </svg>
        <Heading>{say('stopped.title')}</Heading>
        <p className={classes.text}>{say('stopped.text')}</p>
        <p className={classes.reason}>
          {reason === 'kiosk_revoked' ? say('stopped.revoked') : say('stopped.reason', { reason })}
        </p>
      </div>
    </main>
  );
}
