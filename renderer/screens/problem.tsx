import { phoneRefusalCodes } from '../../shared/phone/verdict.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { Button } from '../parts/button.tsx';
import { Heading, Screen } from '../parts/screen.tsx';
import { type MessageId, useSay } from '../words/words.tsx';
import classes from './problem.module.css';

const texts: Readonly<Record<string, MessageId>> = {
  storage_full: 'problem.storage_full',
  storage_failed: 'problem.storage_failed',
  notice_outdated: 'problem.notice_outdated',
  not_enrolled: 'problem.not_enrolled',
};

/** Where trying again cannot help, only the way out is offered. */
const final: ReadonlySet<string> = new Set(['storage_full', 'not_enrolled']);

/** Save failed: first that nothing is saved, then why, then what can be done. */
export function ProblemScreen() {
  const flow = useFlow();
  const say = useSay();
  const failure = useKnown((context) => context.failure);
  const aboutNumber = phoneRefusalCodes.some((code) => code === failure);
  return (
    <Screen
      name="problem"
      question={
        <>
          <svg className={classes.sign} viewBox="0 0 120 120" aria-hidden="true">
            <circle cx="60" cy="60" r="54" />
            <path d="M60 32v36m0 18v1" />
          </svg>
          <Heading>{say('problem.title')}</Heading>
          <p className={classes.text} role="alert">
            {say(aboutNumber ? 'problem.number' : (texts[failure] ?? 'problem.other'))}
          </p>
        </>
      }
      actions={
        <>
          <Button kind="refuse" onPress={() => flow.send({ type: 'WITHOUT_NUMBER' })}>
            {say('common.withoutNumber')}
          </Button>
          {aboutNumber && (
            <Button kind="main" onPress={() => flow.send({ type: 'BACK' })}>
              {say('choices.change')}
            </Button>
          )}
          {!aboutNumber && !final.has(failure) && (
            <Button kind="main" onPress={() => flow.send({ type: 'RETRY' })}>
              {failure === 'notice_outdated' ? say('problem.reread') : say('problem.retry')}
            </Button>
          )}
        </>
      }
    />
  );
}
