import type { ReactNode } from 'react';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { type MessageId, useSay } from '../words/words.tsx';
import { type AidSettings, useAidSettings, useAids } from './aids.ts';
import classes from './panel.module.css';

const sizes: readonly { readonly text: AidSettings['text']; readonly label: MessageId }[] = [
  { text: 'normal', label: 'help.textNormal' },
  { text: 'large', label: 'help.textLarge' },
  { text: 'largest', label: 'help.textLargest' },
];

/** One panel with everything that makes the screen usable for somebody for whom it is not. */
export function HelpPanel({ onClose }: { onClose: () => void }) {
  const aids = useAids();
  const settings = useAidSettings();
  const say = useSay();
  return (
    <Dialog name="help" title={say('help.title')} size="whole" onClose={onClose}>
      <div className={classes.panel} data-part="panel">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
        <section className={classes.options} tabIndex={0} aria-label={say('help.title')}>
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
        </section>
        <footer className={classes.footer} data-part="actions">
          <Button onPress={() => aids.set({ ...allOff, open: true })}>{say('help.reset')}</Button>
          <Button kind="main" onPress={onClose}>
            {say('help.close')}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}

const allOff = { text: 'normal', reach: false, still: false, speech: false, scanSeconds: 0 } as const;

function Option({ name, label, why, children }: { name: string; label: string; why?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's semantics and a min-content size.
    <div className={classes.option} role="group" aria-labelledby={`help-${name}`}>
      <div className={classes.words}>
        <p className={classes.label} id={`help-${name}`}>
          {label}
        </p>
        {why !== undefined && <p className={classes.why}>{why}</p>}
      </div>
      <div className={classes.buttons}>{children}</div>
    </div>
  );
}

/** On or off, in words: the look of a pressed button is not enough. */
function Switch({
  name,
  label,
  why,
  on,
  onPress,
}: {
  name: string;
  label: string;
  why: string;
  on: boolean;
  onPress: () => void;
}) {
  const say = useSay();
  return (
    <Option name={name} label={label} why={why}>
      <Button label={label} pressed={on} onPress={onPress}>
        {say(on ? 'help.on' : 'help.off')}
      </Button>
    </Option>
  );
}
