import { useRef } from 'react';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { More } from '../components/scroll-hint.tsx';
import { type AidSettings, useAidSettings, useAids } from '../flow/accessibility-settings.ts';
import { useKnown } from '../flow/use-flow.tsx';
import { type MessageId, nameOf, useSay } from '../words/words.tsx';
import { Option, Switch } from './options.tsx';
import classes from './panel.module.css';

const sizes: readonly { readonly text: AidSettings['text']; readonly label: MessageId }[] = [
  { text: 'normal', label: 'help.textNormal' },
  { text: 'large', label: 'help.textLarge' },
  { text: 'largest', label: 'help.textLargest' },
];

const paces = [1, 2, 3, 4];

/** The keys of a number pad, and what each does. */
const keys: readonly { readonly keys: string; readonly does: MessageId }[] = [
  { keys: '5  5', does: 'help.keysChoose' },
  { keys: '2  8', does: 'help.keysMove' },
  { keys: '.', does: 'help.keysNext' },
  { keys: 'Enter  5', does: 'help.keysPress' },
  { keys: '−', does: 'help.keysBack' },
  { keys: '/', does: 'help.keysSpeak' },
  { keys: '*', does: 'help.keysHelp' },
];

const allOff = { text: 'normal', reach: false, still: false, speech: false, scanSeconds: 0 } as const;

/** One panel with everything that makes the screen usable for somebody for whom it is not. */
export function HelpPanel({
  hasVoice,
  onAgain,
  onQuiet,
  onClose,
}: {
  /** There is a voice for the customer's language. */
  hasVoice: boolean;
  onAgain: () => void;
  onQuiet: () => void;
  onClose: () => void;
}) {
  const aids = useAids();
  const settings = useAidSettings();
  const say = useSay();
  const language = useKnown((context) => context.language);
  const options = useRef<HTMLElement>(null);
  return (
    <Dialog name="help" title={say('help.title')} size="whole" onClose={onClose}>
      <div className={classes.panel} data-part="panel">
        <section
          ref={options}
          className={classes.options}
          data-part="options"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1).
          tabIndex={0}
          aria-label={say('help.title')}
        >
          <header className={classes.header}>
            <h2 className={classes.title}>{say('help.title')}</h2>
            <p className={classes.lead}>{say('help.lead')}</p>
          </header>
          <Option name="text" label={say('help.text')}>
            {sizes.map(({ text, label }) => (
              <Button key={text} pressed={settings.text === text} onPress={() => aids.set({ text })}>
                {say(label)}
              </Button>
            ))}
          </Option>
          {hasVoice ? (
            <Switch
              name="speech"
              label={say('help.speech')}
              why={say('help.speechWhy')}
              on={settings.speech}
              onPress={() => aids.set({ speech: !settings.speech })}
            />
          ) : (
            <Option
              name="speech"
              label={say('help.speech')}
              why={say('help.speechNone', { language: nameOf(language) })}
            />
          )}
          {hasVoice && settings.speech && (
            <div className={classes.buttons}>
              <Button onPress={onAgain}>{say('help.again')}</Button>
              <Button onPress={onQuiet}>{say('help.quiet')}</Button>
            </div>
          )}
          <Switch
            name="reach"
            label={say('help.reach')}
            why={say('help.reachWhy')}
            on={settings.reach}
            onPress={() => aids.set({ reach: !settings.reach })}
          />
          <Switch
            name="still"
            label={say('help.still')}
            why={say('help.stillWhy')}
            on={settings.still}
            onPress={() => aids.set({ still: !settings.still })}
          />
          <Option name="scan" label={say('help.scan')} why={say('help.scanWhy')}>
            <Button pressed={settings.scanSeconds === 0} onPress={() => aids.set({ scanSeconds: 0 })}>
              {say('help.off')}
            </Button>
            {paces.map((seconds) => (
              <Button
                key={seconds}
                pressed={settings.scanSeconds === seconds}
                onPress={() => aids.set({ scanSeconds: seconds })}
              >
                {say('help.scanSeconds', { seconds })}
              </Button>
            ))}
          </Option>
          <section className={classes.keys} aria-label={say('help.keys')}>
            <h3 className={classes.label}>{say('help.keys')}</h3>
            <dl className={classes.keyList}>
              {keys.map(({ keys: names, does }) => (
                <div key={does} className={classes.key}>
                  <dt>
                    <bdi dir="ltr">{names}</bdi>
                  </dt>
                  <dd>{say(does)}</dd>
                </div>
              ))}
            </dl>
          </section>
          <More within={options} />
        </section>
        <footer className={classes.footer} data-part="actions">
          <Button onPress={() => aids.set(allOff)}>{say('help.reset')}</Button>
          <Button kind="main" onPress={onClose}>
            {say('help.close')}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
