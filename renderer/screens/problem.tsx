import { phoneRefusalCodes } from '../../shared/phone/verdict.ts';
import { Button } from '../components/button.tsx';
import { Heading, Screen } from '../components/screen.tsx';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { type MessageId, useSay } from '../words/words.tsx';
import classes from './problem.module.css';

const texts: Readonly<Record<string, MessageId>> = {
  number_country: 'problem.number_country',
  storage_failed: 'problem.storage_failed',
  notice_outdated: 'problem.notice_outdated',
  not_enrolled: 'problem.not_enrolled',
  kiosk_revoked: 'problem.not_enrolled',
  attestation_missing: 'problem.attestation_missing',
};

const retries: Readonly<Record<string, MessageId>> = {
  notice_outdated: 'problem.reread',
  attestation_missing: 'problem.attest',
};

/** Where trying again cannot help, only the way out is offered. */
const hopeless = ['not_enrolled', 'kiosk_revoked'];

/** Save failed: first that nothing is saved, then why, then what can be done. */
export function ProblemScreen() {
  const flow = useFlow();
  const say = useSay();
  const failure = useKnown((context) => context.failure);
  const giving = useKnown((context) => context.task === 'give');
  const aboutNumber = phoneRefusalCodes.some((code) => code === failure);
  const reason = texts[failure] ?? (aboutNumber ? 'problem.number' : 'problem.other');
  return (
    <Screen
      name="problem"
      question={
        <>
          <Sign />
          <Heading>{giving ? say('problem.title') : say('problem.requestTitle')}</Heading>
          <p className={classes.text} role="alert">
            {say(giving ? reason : hopeless.includes(failure) ? 'stopped.text' : 'problem.request')}
          </p>
        </>
      }
      actions={
        <>
          <Away />
          {aboutNumber && (
            <Button kind="main" onPress={() => flow.send({ type: 'BACK' })}>
              {say('choices.change')}
            </Button>
          )}
          {!aboutNumber && !hopeless.includes(failure) && (
            <Button kind="main" onPress={() => flow.send({ type: 'RETRY' })}>
              {say(retries[failure] ?? 'problem.retry')}
            </Button>
          )}
        </>
      }
    />
  );
}

/** The disk is full: nothing a customer can mend. */
export function OutOfStorageScreen() {
  const say = useSay();
  const giving = useKnown((context) => context.task === 'give');
  return (
    <Screen
      name="out_of_storage"
      question={
        <>
          <Sign />
          <Heading>{say('storage.title')}</Heading>
          <p className={classes.text} role="alert">
            {giving ? say('storage.text') : say('storage.request')}
          </p>
        </>
      }
      actions={<Away />}
    />
  );
}

/** The way out. For a request it is no refusal, and says where it leads. */
function Away() {
  const flow = useFlow();
  const say = useSay();
  const giving = useKnown((context) => context.task === 'give');
  return giving ? (
    <Button kind="refuse" onPress={() => flow.send({ type: 'WITHOUT_NUMBER' })}>
      {say('common.withoutNumber')}
    </Button>
  ) : (
    <Button kind="refuse" onPress={() => flow.send({ type: 'LEAVE' })}>
      {say('common.toStart')}
    </Button>
  );
}

function Sign() {
  return (
    <svg className={classes.sign} viewBox="0 0 120 120" aria-hidden="true">
      <circle cx="60" cy="60" r="54" />
      <path d="M60 32v36m0 18v1" />
    </svg>
  );
}
