import { type ReactNode, useEffect, useRef } from 'react';
import { useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import { Languages } from './languages.tsx';
import { More } from './more.tsx';
import classes from './screen.module.css';
import { useTakenApart } from './use-taken-apart.ts';

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
  actions,
  children,
}: {
  name: string;
  step?: Step;
  question: ReactNode;
  actions?: ReactNode;
  /** The controls beside the question; a screen that only says something has none. */
  children?: ReactNode;
}) {
  const brand = useKnown((context) => context.configuration.brand.name);
  const screen = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useTakenApart(screen);
  return (
    <main ref={screen} className={classes.screen} data-screen={name}>
      {/* One scrolling column when the text is large; otherwise it is not there for the layout. */}
      <div ref={content} className={classes.content} data-part="content">
        <header className={classes.header} data-part="header">
          <p className={classes.brand}>{brand}</p>
          {step !== undefined && <Progress step={step} />}
          <Languages />
        </header>
        <div className={children === undefined ? classes.alone : classes.body} data-part="body">
          <section className={classes.question} data-part="question">
            {question}
          </section>
          {children !== undefined && (
            <section className={classes.answer} data-part="answer">
              {children}
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

function Progress({ step }: { step: Step }) {
  const say = useSay();
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
