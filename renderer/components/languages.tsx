import { useAids } from '../flow/accessibility-settings.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { speakable, useSay } from '../words/words.tsx';
import { Button } from './button.tsx';
import { LanguageButtons, LanguageList } from './language-list.tsx';
import classes from './languages.module.css';

/** More languages than this share one button above a question. */
const mostButtons = 2;

/** Help with the screen, its contrast, and the languages: `all` with their names side by side, or small. None of them loses what was typed. */
export function Languages({ all = false }: { all?: boolean }) {
  const flow = useFlow();
  const aids = useAids();
  const say = useSay();
  const languages = useKnown((context) => context.configuration.languages);
  const contrast = useKnown((context) => context.contrast);
  const choices = speakable(languages);
  return (
    <nav className={classes.bar} data-part="bar" aria-label={say('common.languages')}>
      <Button label={say('help.open')} onPress={() => aids.set({ open: true })}>
        <svg className={classes.figure} viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 5.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4 7.5l6 1.25V14l-2.5 8M20 7.5l-6 1.25V14l2.5 8M10 14h4" />
        </svg>
        {all && say('help.label')}
      </Button>
      <Button
        label={say('common.contrast')}
        pressed={contrast === 'high'}
        onPress={() => flow.send({ type: 'CONTRAST' })}
      >
        <svg className={classes.icon} viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="10" />
          <path d="M12 2a10 10 0 0 1 0 20Z" />
        </svg>
        {all && say('common.contrast')}
      </Button>
      {all && (
        <div className={classes.all}>
          <LanguageButtons />
        </div>
      )}
      {!all && (choices.length > mostButtons ? <LanguageList /> : <LanguageButtons />)}
    </nav>
  );
}
