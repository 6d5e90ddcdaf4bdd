import { Button } from '../components/button.tsx';
import { Languages } from '../components/languages.tsx';
import { Heading, Screen } from '../components/screen.tsx';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import classes from './attract.module.css';

/** Ten dots for the ten digits of a telephone's keys: what this screen is about, seen from three metres. */
const dots = Array.from({ length: 10 }, (_, at) => at);

/** From this many characters on the invitation is set smaller, so that it leaves room for the languages. */
const longInvitation = 36;

export function AttractScreen() {
  const flow = useFlow();
  const say = useSay();
  const brand = useKnown((context) => context.configuration.brand.name);
  const words = useKnown((context) => context.configuration.words);
  const language = useKnown((context) => context.language);
  const invitation = words.find((each) => each.language === language)?.invitation ?? '';
  return (
    <main className={classes.screen} data-screen="attract">
      <div className={classes.words}>
        <p className={classes.brand}>{brand}</p>
        <div className={classes.middle}>
          <h1 className={classes.invitation} data-long={invitation.length > longInvitation || undefined}>
            {invitation}
          </h1>
          <div className={classes.start}>
            <Button kind="main" onPress={() => flow.send({ type: 'START' })}>
              {say('attract.start')}
            </Button>
          </div>
          <p className={classes.promise}>{say('attract.promise')}</p>
        </div>
        <div className={classes.foot}>
          <Requests kind="quiet" />
          <Languages all />
        </div>
      </div>
      <div className={classes.panel} aria-hidden="true">
        <div className={classes.dots} dir="ltr">
          {dots.map((dot) => (
            <span key={dot} className={classes.dot} />
          ))}
        </div>
      </div>
    </main>
  );
}

/** Head office has stopped the asking; what people may always ask of us stays. */
export function PausedScreen() {
  const say = useSay();
  return (
    <Screen
      name="paused"
      question={
        <>
          <Heading>{say('paused.title')}</Heading>
          <p className={classes.instead}>{say('paused.text')}</p>
          <Requests kind="plain" />
        </>
      }
    />
  );
}

/** Quiet, and always there: nobody has to give anything to be left alone. */
function Requests({ kind }: { kind: 'quiet' | 'plain' }) {
  const flow = useFlow();
  const say = useSay();
  return (
    <div className={classes[kind]}>
      <Button kind={kind} onPress={() => flow.send({ type: 'STOP_MESSAGES' })}>
        {say('attract.stop')}
      </Button>
      <Button kind={kind} onPress={() => flow.send({ type: 'CHANGE_NUMBER' })}>
        {say('attract.change')}
      </Button>
    </div>
  );
}
