import { useRef } from 'react';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { More } from '../components/scroll-hint.tsx';
import { privacyNoticeIn } from '../flow/notices-on-screen.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import classes from './privacy.module.css';
import { useWhollyInSight } from './use-wholly-in-sight.ts';

/** The whole notice; the one place of the customer's screens that scrolls. */
export default function PrivacyNotice() {
  const flow = useFlow();
  const say = useSay();
  const configuration = useKnown((context) => context.configuration);
  const language = useKnown((context) => context.language);
  const shown = privacyNoticeIn(configuration, language);
  const notice = shown?.notice;
  const words = useWhollyInSight<HTMLDivElement>(shown?.hash);
  const text = useRef<HTMLElement>(null);
  const close = () => flow.send({ type: 'CLOSE_PRIVACY' });
  return (
    <Dialog name="privacy_notice" title={notice?.title ?? ''} size="whole" onClose={close}>
      <div className={classes.notice}>
        <header className={classes.header}>
          <h2 className={classes.title}>{notice?.title}</h2>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
        <section ref={text} className={classes.text} tabIndex={0} aria-label={notice?.title}>
          <div ref={words} className={classes.columns}>
            {notice?.sections.map((section) => (
              <section key={section.heading} className={classes.section}>
                <h3 className={classes.heading}>{section.heading}</h3>
                <p>{section.text}</p>
              </section>
            ))}
          </div>
          <More within={text} />
        </section>
        <footer className={classes.footer}>
          <Button kind="main" onPress={close}>
            {say('privacy.close')}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
