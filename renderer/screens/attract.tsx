import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { Button } from '../parts/button.tsx';
import { Languages } from '../parts/languages.tsx';
import { useSay } from '../words/words.tsx';
import classes from './attract.module.css';

/** Twelve dots in the order of a telephone's keys: what this screen is about, seen from three metres. */
const dots = Array.from({ length: 12 }, (_, at) => at);

export function AttractScreen() {
  const flow = useFlow();
  const say = useSay();
  const brand = useKnown((context) => context.configuration.brand.name);
  const words = useKnown((context) => context.configuration.words);
  const language = useKnown((context) => context.language);
  return (
    <main className={classes.screen} data-screen="attract">
      <div className={classes.words}>
        <p className={classes.brand}>{brand}</p>
        <div className={classes.middle}>
          <h1 className={classes.invitation}>{words.find((each) => each.language === language)?.invitation}</h1>
          <div className={classes.start}>
            <Button kind="main" onPress={() => flow.send({ type: 'START' })}>
              {say('attract.start')}
            </Button>
          </div>
          <p className={classes.promise}>{say('attract.promise')}</p>
        </div>
        <Languages all />
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
