import { type ReactNode, useEffect, useRef } from 'react';
import { useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import { Languages } from './languages.tsx';
import classes from './screen.module.css';
import { More } from './scroll-hint.tsx';
import { useScrubOnUnmount } from './use-scrub-on-unmount.ts';

/** Where the customer is on a way whose length is known. */
export interface Step {
  readonly at: number;
  readonly of: number;
}

/**
 * The frame of every customer screen: brand, progress and languages above, the question and the answer side by side or
 * stacked, what can be done below, always in the same place.
 */
export function Screen({
  name,
  step,
  question,
  footnote,
  further,
  actions,
  children,
}: {
  name: string;
  /** `optional`: what is asked here may be left out. */
  step?: Step | 'optional';
  question: ReactNode;
  /** What the law wants to stand below the answer, whole and in sight. */
  footnote?: ReactNode;
  /** Below the question, but read after the answer: in one column it comes last. */
  further?: ReactNode;
  actions?: ReactNode;
  /** The controls beside the question; a screen that only says something has none. */
  children?: ReactNode;
}) {
  const brand = useKnown((context) => context.configuration.brand.name);
  const screen = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useScrubOnUnmount(screen);
  return (
    <main ref={screen} className={classes.screen} data-screen={name}>
      {/* One scrolling column when the text is large; otherwise it is not there for the layout. */}
      <div ref={content} className={classes.content} data-part="content">
        <header className={classes.header} data-part="header">
          <p className={classes.brand}>{brand}</p>
          {step !== undefined && <Progress step={step} />}
          <Languages />
        </header>
        <div className={bodyClass(children !== undefined, further !== undefined)} data-part="body">
          <section className={classes.question} data-part="question">
            {question}
          </section>
          {children !== undefined && (
            <section className={classes.answer} data-part="answer">
              {children}
            </section>
          )}
          {footnote !== undefined && (
            <section className={classes.footnote} data-part="footnote">
              {footnote}
            </section>
          )}
          {further !== undefined && (
            <section className={classes.further} data-part="further">
              {further}
            </section>
          )}
        </div>
        <More within={content} />
      </div>
      {actions !== undefined && (
        <footer className={classes.actions} data-part="actions">
          {actions}
        </footer>
      )}
    </main>
  );
}

function bodyClass(answered: boolean, goesFurther: boolean): string | undefined {
  if (!answered) return classes.alone;
  return goesFurther ? `${classes.body} ${classes.goesFurther}` : classes.body;
}

function Progress({ step }: { step: Step | 'optional' }) {
  const say = useSay();
  if (step === 'optional') return <p className={classes.progress}>{say('common.optional')}</p>;
  const steps = Array.from({ length: step.of }, (_, before) => before + 1);
  return (
    <p className={classes.progress}>
      {steps.map((each) => (
        <span key={each} className={each <= step.at ? classes.dotDone : classes.dot} aria-hidden="true" />
      ))}
      {say('common.step', { step: step.at, total: step.of })}
    </p>
  );
}

/** The heading of a screen. It takes the focus when the screen appears, so that speech output begins here. */
export function Heading({ children, takesFocus = true }: { children: ReactNode; takesFocus?: boolean }) {
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) element.current?.focus();
  }, [takesFocus]);
  return (
    <h1 ref={element} tabIndex={-1} className={classes.heading}>
      {children}
    </h1>
  );
}
