import type { ProvisioningProblem } from '../../shared/contracts/ipc.ts';
import { useSay } from '../words/words.tsx';
import classes from './setup-file.module.css';
import { fileProblemText } from './setup-words.ts';

const example = '{"serverUrl": "https://consent.example.com", "code": "AAAA-BBBB-CCCC", "pin": "482913"}';

/** What is wrong with the file that should have enrolled this kiosk, where it lies, and what happens next. */
export function SetupFile({ problem }: { problem: ProvisioningProblem }) {
  const say = useSay();
  return (
    <section className={classes.file} data-part="file" role="status" data-retrying={problem.retrying || undefined}>
      <h2>{say('setup.file.title')}</h2>
      <p>
        {fileProblemText(problem, say)} {say(problem.retrying ? 'setup.file.again' : 'setup.file.mend')}
      </p>
      {problem.code === 'provisioning_not_json' && (
        <p>
          <bdi dir="ltr">{example}</bdi>
        </p>
      )}
      <p className={classes.path}>
        <bdi dir="ltr">{problem.path}</bdi>
      </p>
    </section>
  );
}
