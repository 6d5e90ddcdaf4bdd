import { useEffect, useRef, useState } from 'react';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { nameOf, speakable, useSay } from '../words/words.tsx';
import { Button } from './button.tsx';
import classes from './languages.module.css';

/** A button per language, by its own name. Changing it keeps whatever was typed. */
export function LanguageButtons({ onChosen }: { onChosen?: () => void }) {
  const flow = useFlow();
  const languages = useKnown((context) => context.configuration.languages);
  const language = useKnown((context) => context.language);
  const choices = speakable(languages);
  if (choices.length < 2) return null;
  return choices.map((each) => (
    <span key={each} lang={each}>
      <Button
        pressed={each === language}
        onPress={() => {
          flow.send({ type: 'LANGUAGE', language: each });
          onChosen?.();
        }}
      >
        {nameOf(each)}
      </Button>
    </span>
  ));
}

/** One button with the language that is spoken, which opens the list of all: for screens with little room above. */
export function LanguageList() {
  const say = useSay();
  const language = useKnown((context) => context.language);
  const [open, setOpen] = useState(false);
  const part = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    part.current?.querySelector<HTMLElement>('[aria-pressed=true]')?.focus();
    const onPointer = ({ target }: PointerEvent) => {
      if (!(target instanceof Node && part.current?.contains(target))) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [open]);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only Escape of the controls inside, which closes the list and not the screen.
    <div
      ref={part}
      className={classes.part}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
      onBlur={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !part.current?.contains(relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={opener}
        type="button"
        className={classes.opener}
        aria-expanded={open}
        aria-label={`${say('common.languages')}: ${nameOf(language)}`}
        onClick={() => setOpen(!open)}
      >
        {nameOf(language)}
        <svg className={classes.chevron} viewBox="0 0 20 12" aria-hidden="true">
          <path d="m2 2 8 8 8-8" />
        </svg>
      </button>
      {open && (
        <div className={classes.list} data-part="languages">
          <LanguageButtons onChosen={close} />
        </div>
      )}
    </div>
  );
}
