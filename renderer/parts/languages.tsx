import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { nameOf, speakable, useSay } from '../words/words.tsx';
import { Button } from './button.tsx';
import classes from './languages.module.css';

/** Every language by its own name, and the contrast. Changing either keeps whatever was typed. */
export function Languages() {
  const flow = useFlow();
  const say = useSay();
  const languages = useKnown((context) => context.configuration.languages);
  const language = useKnown((context) => context.language);
  const contrast = useKnown((context) => context.contrast);
  const choices = speakable(languages);
  return (
    <nav className={classes.bar} aria-label={say('common.languages')}>
      <Button
        label={say('common.contrast')}
        pressed={contrast === 'high'}
        onPress={() => flow.send({ type: 'CONTRAST' })}
      >
        <svg className={classes.icon} viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="10" />
          <path d="M12 2a10 10 0 0 1 0 20Z" />
        </svg>
      </Button>
      {choices.length > 1 &&
        choices.map((each) => (
          <span key={each} lang={each}>
            <Button pressed={each === language} onPress={() => flow.send({ type: 'LANGUAGE', language: each })}>
              {nameOf(each)}
            </Button>
          </span>
        ))}
    </nav>
  );
}
