import { lazy, Suspense, useEffect, useRef } from 'react';
import type { Configuration } from '../../shared/configuration.ts';
import type { Channel } from '../../shared/record/consent.ts';
import { Button } from '../components/button.tsx';
import { GivenNumber } from '../components/notices-on-screen.tsx';
import { Heading, Screen } from '../components/screen.tsx';
import { More } from '../components/scroll-hint.tsx';
import { boxName, noticesIn, wordsIn } from '../flow/notices-on-screen.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { modalityOf, passThroughLabel } from '../keys/input-modality.ts';
import { useSay } from '../words/words.tsx';
import classes from './choices.module.css';
import { useWhollyInSight } from './use-wholly-in-sight.ts';

const PrivacyNotice = lazy(() => import('./privacy.tsx'));

export function ChoicesScreen({
  reading,
  saving,
  warned,
}: {
  /** The privacy notice is open. */
  reading: boolean;
  saving: boolean;
  /** The idle warning lies over the screen. */
  warned: boolean;
}) {
  const flow = useFlow();
  const say = useSay();
  const nudged = useKnown((context) => context.nudged);
  const configuration = useKnown((context) => context.configuration);
  const language = useKnown((context) => context.language);
  const asked = configuration.age !== null;
  const notices = useRef<HTMLDivElement>(null);
  const smallPrint = wordsIn(configuration, language)?.smallPrint;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !reading && !warned) flow.send({ type: 'BACK' });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [flow, reading, warned]);

  return (
    <Screen
      name="choices"
      step={asked ? { at: 3, of: 3 } : { at: 2, of: 2 }}
      question={
        <>
          <Heading>{say('choices.question')}</Heading>
          <p className={classes.lead} role="status">
            {nudged ? <span className={classes.nudge}>{say('choices.nudge')}</span> : say('choices.lead')}
          </p>
        </>
      }
      footnote={typeof smallPrint === 'string' ? <p className={classes.smallPrint}>{smallPrint}</p> : undefined}
      further={
        <>
          <GivenNumber label={say('choices.yourNumber')}>
            <Button kind="quiet" onPress={() => flow.send({ type: 'BACK' })}>
              {say('common.correct')}
            </Button>
          </GivenNumber>
          <p className={classes.withdraw}>{say('choices.withdraw')}</p>
          <div className={classes.more}>
            <Button kind="quiet" onPress={() => flow.send({ type: 'OPEN_PRIVACY' })}>
              {say('choices.privacy')}
            </Button>
          </div>
        </>
      }
      actions={
        <>
          <Button kind="refuse" onPress={() => flow.send({ type: 'WITHOUT_NUMBER' })}>
            {say('common.withoutNumber')}
          </Button>
          <Button kind="main" onPress={() => flow.send({ type: 'SAVE' })}>
            {saving ? say('saving.title') : say('choices.save')}
          </Button>
        </>
      }
    >
      <div ref={notices} className={classes.notices}>
        {noticesIn(configuration, language).map(({ hash, notice }) => (
          <NoticeOnScreen key={hash} hash={hash} notice={notice} />
        ))}
        <More within={notices} />
      </div>
      {reading && (
        <Suspense>
          <PrivacyNotice />
        </Suspense>
      )}
    </Screen>
  );
}

function NoticeOnScreen({ hash, notice }: Configuration['notices'][number]) {
  const text = useWhollyInSight<HTMLElement>(hash);
  return (
    <section ref={text} className={classes.notice} data-notice={hash}>
      <h2 className={classes.heading}>{notice.heading}</h2>
      {notice.boxes.map((box) => (
        <Box key={box.channel} purpose={notice.purpose} {...box} />
      ))}
    </section>
  );
}

/** One purpose and channel: the whole row is the target, and it is never ticked by anybody but the customer. */
function Box({
  purpose,
  channel,
  label,
  sentence,
}: {
  purpose: string;
  channel: Channel;
  label: string;
  sentence: string;
}) {
  const flow = useFlow();
  const name = boxName(purpose, channel);
  const ticked = useKnown((context) => context.ticked.includes(name));
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: nothing is done here, and keys press the box itself.
    <label
      className={classes.box}
      data-pressable=""
      data-box={name}
      onClick={({ currentTarget, nativeEvent }) => passThroughLabel(currentTarget, nativeEvent)}
    >
      <input
        type="checkbox"
        className={classes.input}
        checked={ticked}
        aria-describedby={`sentence-${purpose}-${channel}`}
        aria-label={label}
        onChange={({ nativeEvent }) => flow.send({ type: 'TICK', box: name, by: modalityOf(nativeEvent) })}
      />
      <svg className={classes.tick} viewBox="0 0 40 40" aria-hidden="true">
        {ticked && <path d="m9 21 8 8 14-18" />}
      </svg>
      <span className={classes.text}>
        <strong>{label}</strong>
        <span id={`sentence-${purpose}-${channel}`}>{sentence}</span>
      </span>
    </label>
  );
}
